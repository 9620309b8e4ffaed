"""How many people said what: for the administration and the register."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q

from privacy import actor
from privacy.consent import purposes
from privacy.enums import Decision, Standing
from privacy.models import ConsentAnswer, ConsentPurpose


@dataclass(frozen=True, slots=True)
class Tally:
    """One purpose, and how many people stand where. Outdated and expired answers count as such."""

    purpose: ConsentPurpose
    version: int
    people: dict[Standing, int] = field(default_factory=dict)

    def __getitem__(self, standing: Standing) -> int:
        return self.people.get(standing, 0)

    @property
    def given(self) -> int:
        return self[Standing.GIVEN]


def counts() -> list[Tally]:
    """Every purpose with the number of people in each standing: one query for the answers of all."""
    tallies = {each.pk: Tally(each, 0) for each in ConsentPurpose.objects.all()}
    versions = {each.purpose_id: each.version for each in purposes.newest_of_all()}
    for row in _by_what_was_said_last():
        tally = tallies.get(row["purpose"])
        if tally is not None:
            standing = _standing(row, versions.get(row["purpose"], 0))
            tally.people[standing] = tally.people.get(standing, 0) + row["number"]
    return [Tally(each.purpose, versions.get(pk, 0), each.people) for pk, each in tallies.items()]


def _by_what_was_said_last() -> Any:
    last = ConsentAnswer.objects.order_by("purpose_id", "subject_id", "-created_at", "-id")
    last = last.distinct("purpose_id", "subject_id").values("pk")
    is_over = Q(decision=Decision.GIVEN, expires_at__lte=actor.now())
    rows = ConsentAnswer.objects.filter(pk__in=last).annotate(is_over=is_over)
    return rows.order_by().values("purpose", "version", "decision", "is_over").annotate(number=Count(F("pk")))


def _standing(row: dict[str, Any], current_version: int) -> Standing:
    if row["version"] != current_version:
        return Standing.OUTDATED
    return Standing.EXPIRED if row["is_over"] else Standing(row["decision"])
