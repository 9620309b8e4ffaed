"""Administrators define custom fields: add, change, put in order, delete."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.models import CustomField
from privacy.models.custom import OPEN, SEALED, value_models

FIXED = ("module", "key", "type", "is_unique")


@transaction.atomic
def define(field: CustomField, *, by: Any) -> CustomField:
    """Save a field, new or changed. Raises Denied, and ValidationError for what can't be changed once it has values.

    A field that becomes findable is indexed in the background, as when encryption is switched.
    """
    is_new = field._state.adding
    access.demand(by, Act.CREATE if is_new else Act.UPDATE, CustomField if is_new else field)
    with actor.acting(by):
        if is_new:
            field.position = _last(field.module) + 1
            field.converted_at = actor.now()
        else:
            _compare(field, CustomField.objects.select_for_update().get(pk=field.pk))
        field.save()
    return field


def _compare(field: CustomField, before: CustomField) -> None:
    changed = [name for name in FIXED if getattr(field, name) != getattr(before, name)]
    if changed and (changed != ["is_unique"] or count(field)):
        raise ValidationError(
            {changed[0]: _("This can't be changed any more: make another field for it, and move the values.")}
        )
    if field.is_encrypted != before.is_encrypted:
        raise ValidationError({"is_encrypted": _("Encryption is switched on a page of its own.")})
    field.converted_at = before.converted_at
    if field.is_indexed != before.is_indexed and count(field):
        field.converted_at = None


@transaction.atomic
def move(field: CustomField, place: int, *, by: Any) -> None:
    """Put a field in this place (from 0) among those of its records."""
    access.demand(by, Act.UPDATE, field)
    with actor.acting(by):
        rows = list(CustomField.objects.select_for_update().filter(module=field.module))
        others = [each for each in rows if each.pk != field.pk]
        others.insert(max(0, min(place, len(others))), next(each for each in rows if each.pk == field.pk))
        for position, each in enumerate(others):
            if each.position != position:
                each.position = position
                each.save(update_fields=["position"])


def counts(fields: Iterable[CustomField]) -> dict[UUID, int]:
    """How many records have a value in each of these fields."""
    wanted = [field.pk for field in fields]
    found: dict[UUID, int] = {}
    for model in value_models().values():
        held = model.objects.filter(OPEN | SEALED, field__in=wanted).order_by()
        found |= dict(held.values_list("field").annotate(Count("pk")))
    return found


def count(field: CustomField) -> int:
    """How many records have a value in this field."""
    return counts([field]).get(field.pk, 0)


def _last(module: str) -> int:
    found: int | None = CustomField.objects.filter(module=module).aggregate(last=Max("position"))["last"]
    return -1 if found is None else found
