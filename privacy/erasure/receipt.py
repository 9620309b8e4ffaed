"""What an erased person is told: what was reached, what is kept and why. Made from the ledger's counts alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy.erasure.treatment import of
from privacy.models import Person
from privacy.vault.models import Erasure

COUNTED = gettext_noop(
    "That something was asked, when, and how it ended: so that counts stay right. Nothing in it says who asked."
)
ENTERED = gettext_noop(
    "That somebody was erased on this day, under a number that means nothing by itself: "
    "so that a backup which is restored is erased again (Art. 5 (2) GDPR)."
)


@dataclass(frozen=True, slots=True)
class Reached:
    """One kind of record: how many there were, and what became of them."""

    record: str
    rows: int
    text: str


def reached(entry: Erasure) -> list[Reached]:
    """What the erasure reached, kind by kind, most first."""
    found = [line for label, counts in entry.counts.items() for line in _lines(label, counts)]
    return sorted(found, key=lambda line: (-line.rows, line.record))


def kept(entry: Erasure) -> list[str]:
    """What stays, and why: sentences."""
    about_tickets = any(counts and _stays(label) for label, counts in entry.counts.items())
    return [*([_(COUNTED)] if about_tickets else []), _(ENTERED)]


def _lines(label: str, counts: dict[str, int]) -> Iterator[Reached]:
    model: Any = apps.get_model(label)
    name = str(model._meta.verbose_name_plural)
    rows = max(counts.values(), default=0)
    if rows and of(model).removes:
        yield Reached(name, rows, _("deleted, with every earlier version"))
    elif rows:
        yield Reached(name, rows, _("made unreadable for good, with every earlier version and in backups"))


def _stays(label: str) -> bool:
    model = apps.get_model(label)
    return not (issubclass(model, Person) or of(model).removes)
