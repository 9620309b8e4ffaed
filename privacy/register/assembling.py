"""The whole register at one moment, with the same number of queries however much there is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from privacy import actor
from privacy.consent.counting import Tally
from privacy.consent.counting import counts as counts_of_consents
from privacy.enums import Place, Purpose
from privacy.keeping import Keeping
from privacy.models import Controller
from privacy.register import counting
from privacy.register.controllers import controller
from privacy.register.entries import Entry, entries, whose
from privacy.register.recipients import Located, located


@dataclass(slots=True)
class Activity:
    """One kind of record, processed for one purpose."""

    model: Any
    purpose: Purpose
    whose: str
    entries: list[Entry]
    rows: int
    persons: int
    retention: list[str]
    recipients: list[Located]

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def recipient_names(self) -> list[str]:
        """Each once, though a server may be there in two roles."""
        return list(dict.fromkeys(each.recipient.name for each in self.recipients))


@dataclass(slots=True)
class Register:
    """What Art. 30 asks for, and beside it every field that was said to hold nobody's data."""

    controller: Controller
    region: str
    moment: datetime
    counted_at: datetime | None = None
    activities: list[Activity] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)
    recipients: list[Located] = field(default_factory=list)
    consents: list[Tally] = field(default_factory=list)
    values: dict[Any, int] = field(default_factory=dict)
    left: list[counting.Left] = field(default_factory=list)

    @property
    def transfers(self) -> list[Located]:
        """Recipients outside the Union (Art. 30 (1) e)."""
        return [each for each in self.recipients if each.place and each.place.place in OUTSIDE]

    @property
    def unlocated(self) -> list[Located]:
        """Recipients of whom nobody has said yet where they are."""
        return [each for each in self.recipients if each.place is None]

    def entries(self) -> Iterator[tuple[Entry, Activity | None]]:
        """Every declared field with its activity; None for what is nobody's data."""
        for activity in self.activities:
            yield from ((entry, activity) for entry in activity.entries)
        yield from ((entry, None) for entry in self.others)


OUTSIDE = (Place.ADEQUATE, Place.ELSEWHERE)


def assemble() -> Register:
    """Read the declarations, count, and put it together."""
    made = Register(controller(), settings.REGION, actor.now())
    made.recipients = located()
    made.left = counting.left()
    found: dict[tuple[Any, Purpose], list[Entry]] = {}
    for entry in entries():
        if entry.purpose is None:
            made.others.append(entry)
        else:
            found.setdefault((entry.model, entry.purpose), []).append(entry)
    counts, keeping = counting.latest(_models()), Keeping()
    made.values, made.counted_at = counts.values, counts.moment
    made.consents = counts_of_consents(counts.consents)
    for (model, purpose), its in found.items():
        rows, persons = counts.rows_and_persons.get(model._meta.label_lower, (0, 0))
        theirs = [each for each in made.recipients if each.recipient.gets(model._meta.label_lower)]
        made.activities.append(
            Activity(model, purpose, whose(model), its, rows, persons, keeping.of(model), theirs)
        )
    return made


def count() -> None:
    """Count all that the register tells of, for whoever opens it within the hour."""
    counting.count(_models())


def _models() -> list[Any]:
    return list({entry.model for entry in entries() if entry.purpose is not None})
