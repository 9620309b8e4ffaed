"""Restricting a person's data (Art. 18 GDPR), and heeding their objection to a purpose (Art. 21)."""

from typing import Any
from uuid import UUID

from django.db import transaction

from privacy import access, actor
from privacy.access import Act
from privacy.enums import RestrictionGround
from privacy.models import Objection, Person, Restriction


@transaction.atomic
def restrict(
    subject: Person, ground: RestrictionGround, *, by: Any, request_id: UUID | None = None
) -> Restriction:
    """Put all that is a person's out of sight. Twice is once."""
    access.demand(by, Act.CREATE, Restriction)
    with actor.acting(by):
        found: Restriction | None = standing(subject.pk)
        if found is None:
            found = Restriction(subject_id=subject.pk, ground=ground, request_id=request_id)
            found.save()
    return found


@transaction.atomic
def lift(restriction: Restriction, *, by: Any) -> Restriction:
    """Bring it back into sight; the person is to be told before (Art. 18 (3))."""
    access.demand(by, Act.UPDATE, restriction)
    with actor.acting(by):
        restriction = Restriction.objects.select_for_update().get(pk=restriction.pk)
        restriction.lifted_at = restriction.lifted_at or actor.now()
        restriction.save(update_fields=["lifted_at"])
    return restriction


@transaction.atomic
def object_to(subject: Person, purpose: str, *, by: Any, request_id: UUID | None = None) -> Objection:
    """From now on not for this purpose. Twice is once."""
    access.demand(by, Act.CREATE, Objection)
    with actor.acting(by):
        found: Objection | None = _objections(subject.pk, purpose).first()
        if found is None:
            found = Objection(subject_id=subject.pk, purpose=purpose, request_id=request_id)
            found.save()
    return found


def standing(subject_id: UUID) -> Restriction | None:
    """The restriction that somebody's data is under, if it is."""
    found: Restriction | None = Restriction.objects.filter(subject_id=subject_id, lifted_at=None).first()
    return found


def is_restricted(subject_id: UUID) -> bool:
    """Whether a person's data may only be stored."""
    return standing(subject_id) is not None


def restricted_ids() -> Any:
    """The ids of everybody restricted, as a subquery."""
    return Restriction.objects.filter(lifted_at=None).values("subject_id")


def stands_against(subject_id: UUID, purpose: str) -> bool:
    """Whether a person's data may not be used for a purpose: they objected to it, or are restricted."""
    return is_restricted(subject_id) or _objections(subject_id, purpose).exists()


def objections(subject_id: UUID) -> Any:
    """The purposes to which a person objects, oldest first."""
    standing_ones = Objection.objects.filter(subject_id=subject_id, withdrawn_at=None)
    return standing_ones.order_by("created_at", "id")


def _objections(subject_id: UUID, purpose: str) -> Any:
    return objections(subject_id).filter(purpose=purpose)
