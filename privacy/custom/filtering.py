"""Finding records by the values in their custom fields: by blind index, and by range where they lie open."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from privacy.custom.definitions import definitions, modules, values_of
from privacy.enums import FieldType
from privacy.models import CustomField
from privacy.models.custom import value_models


class CannotFilter(ValueError):
    """This field can't be asked that way."""


def having(queryset: Any, field: CustomField, index: bytes) -> Any:
    """Those records whose field has a value with this blind index (``field.index_of``): encrypted or not."""
    if not field.is_indexed:
        raise CannotFilter(field.key)
    return _with(queryset, field, Q(index=index))


def within(queryset: Any, field: CustomField, low: Any = None, high: Any = None) -> Any:
    """Those records whose value lies between these, ends included. Raises CannotFilter for an encrypted field."""
    if field.is_encrypted or not (field.kind.has_range and field.is_filterable):
        raise CannotFilter(field.key)
    column = field.kind.column
    wanted = Q(**{f"{column}__isnull": False})
    if low is not None:
        wanted &= Q(**{f"{column}__gte": low})
    if high is not None:
        wanted &= Q(**{f"{column}__lte": high})
    return _with(queryset, field, wanted)


def including(queryset: Any, field: CustomField, code: str) -> Any:
    """Those records in whose multiple choice this is chosen. Raises CannotFilter for an encrypted field."""
    if field.is_encrypted or field.type != FieldType.CHOICES or not field.is_filterable:
        raise CannotFilter(field.key)
    return _with(queryset, field, Q(text__contains=field.kind.to_text((code,))))


def find(text: str, viewer: Any) -> dict[str, list[UUID]]:
    """Records with exactly this value in a unique field that the viewer may see: ids by label of their kind."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for label, model in modules().items():
        wanted = Q()
        for field in definitions(viewer, model):
            if field.is_unique and (value := _typed(field, text)) is not None:
                wanted |= Q(field=field.pk, index=field.index_of(value))
        if wanted:
            rows = value_models()[label].objects.filter(wanted)
            found[label] += rows.values_list("of_id", flat=True)
    return found


def _typed(field: CustomField, text: str) -> Any:
    """What was typed as a value of this field; None if it can't be one."""
    try:
        return field.kind.check(field.kind.from_text(text.strip()))
    except (ValueError, ArithmeticError):
        return None


def _with(queryset: Any, field: CustomField, condition: Q) -> Any:
    rows = values_of(queryset.model).objects.filter(condition, of=OuterRef("pk"), field=field.pk)
    return queryset.filter(Exists(rows))
