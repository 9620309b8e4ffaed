"""How many people said what: for the administration and the register."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

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

    @property
    def given(self) -> int:
        return self.people.get(Standing.GIVEN, 0)


Said = tuple[UUID, int, str, bool, int]
"""Of which purpose and version, what was said last, whether that is over, and by how many."""


def said() -> list[Said]:
    """What people said last, counted: goes through all answers."""
    return list(_by_what_was_said_last())


def counts(counted: list[Said] | None = None) -> list[Tally]:
    """Every purpose with the number of people in each standing, of what was ``counted``, or is now."""
    tallies = {each.pk: Tally(each, 0) for each in ConsentPurpose.objects.all()}
    versions = {each.purpose_id: each.version for each in purposes.newest_of_all()}
    for purpose, version, decision, is_over, number in said() if counted is None else counted:
        if purpose in tallies:
            people = tallies[purpose].people
            standing = _standing(decision, version, versions.get(purpose, 0), is_over=is_over)
            people[standing] = people.get(standing, 0) + number
    return [Tally(each.purpose, versions.get(pk, 0), each.people) for pk, each in tallies.items()]


def _by_what_was_said_last() -> Any:
    last = ConsentAnswer.objects.order_by("purpose_id", "subject_id", "-created_at", "-id")
    last = last.distinct("purpose_id", "subject_id").values("pk")
    is_over = Q(decision=Decision.GIVEN, expires_at__lte=actor.now())
    rows = ConsentAnswer.objects.filter(pk__in=last).annotate(is_over=is_over)
    alike = rows.order_by().values("purpose", "version", "decision", "is_over")
    return alike.annotate(number=Count("pk")).values_list(
        "purpose", "version", "decision", "is_over", "number"
    )


def _standing(decision: str, version: int, current_version: int, *, is_over: bool) -> Standing:
    if version != current_version:
        return Standing.OUTDATED
    return Standing.EXPIRED if is_over else Standing(decision)
