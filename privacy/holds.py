"""Legal holds: placing, lifting, and asking whether something is held."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q, UUIDField
from django.utils import timezone

from privacy import access, actor
from privacy.access import Act
from privacy.declaration import subject_lookups
from privacy.models import LegalHold, Record
from privacy.restriction import restricted_ids


@transaction.atomic
def place(record: Record, reason: str, *, until: date | None, by: Any) -> LegalHold:
    """Keep a record, or a person with all that is theirs, from being erased or purged."""
    access.demand(by, Act.CREATE, LegalHold)
    with actor.acting(by):
        subject_id = record.data_subject_id()
        hold = LegalHold(subject_id=subject_id, reason=reason, until=until)
        if record.pk != subject_id:
            hold.model, hold.record_id = record._meta.label_lower, record.pk
        hold.save()
    return hold


@transaction.atomic
def lift(hold: LegalHold, *, by: Any) -> LegalHold:
    """End a hold before its day."""
    access.demand(by, Act.UPDATE, hold)
    with actor.acting(by):
        hold = LegalHold.objects.select_for_update().get(pk=hold.pk)
        hold.lifted_at = hold.lifted_at or actor.now()
        hold.save(update_fields=["lifted_at"])
    return hold


def standing() -> Any:
    """The holds that count today."""
    lasts = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
    return LegalHold.objects.filter(lasts, lifted_at__isnull=True)


def on_person(ids: Collection[UUID]) -> list[LegalHold]:
    """The holds on people, and on single records of theirs: one key seals all, so each keeps it whole."""
    return list(standing().filter(subject_id__in=ids).order_by("created_at"))


def keeps(model: type[Model]) -> Q:
    """Which rows of a model may not go, whatever their time says: held ones, and all that is a person's who is held
    or restricted (Art. 18 (2): storage is what is left of processing)."""
    if not isinstance(model._meta.pk, UUIDField):
        return Q(pk__in=[])  # no record, and nobody's data
    kept = Q(pk__in=standing().filter(model=model._meta.label_lower).values("record_id"))
    persons = standing().filter(model="").values("subject_id")
    for lookup in subject_lookups(model):
        kept |= Q(**{f"{lookup}__in": persons}) | Q(**{f"{lookup}__in": restricted_ids()})
    return kept


def is_keeping() -> bool:
    """Whether anything is held, or anybody restricted."""
    return standing().exists() or restricted_ids().exists()
