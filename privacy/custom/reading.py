"""Values of custom fields, read for a page: one query for all records of a kind."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from privacy.custom.definitions import definitions, values_of, writable
from privacy.enums import FieldType
from privacy.models import CustomField


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of one record as the viewer sees it. What it holds is opened when it is asked for."""

    field: CustomField
    row: Any
    may_write: bool

    @property
    def value(self) -> Any:
        """None where nothing was said."""
        return None if self.row is None else self.row.value

    @property
    def text(self) -> str:
        """The value in words."""
        return shown(self.field, self.value)


def slots(record: Any, viewer: Any) -> list[Slot]:
    """Every field of a record that the viewer may see: those for its department, and those that hold something."""
    model = type(record)
    defined = definitions(viewer, model)
    if not defined:
        return []
    held = rows(model, [record.pk]).get(record.pk, {})
    may_write = {field.pk for field in writable(viewer, model, defined)}
    return [
        Slot(field, held.get(field.pk), field.pk in may_write)
        for field in defined
        if field.pk in held or field.applies_to(record)
    ]


def values(model: Any, record_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Any]]:
    """The values of many records, by record and field; keys of all of them come in one query, too."""
    found = rows(model, record_ids)
    return {pk: {field: row.value for field, row in held.items()} for pk, held in found.items()}


def rows(model: Any, record_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Any]]:
    """The same, not opened yet; without those that are empty."""
    queryset = values_of(model).objects.filter(of__in=list(record_ids)).select_related("field")
    found: dict[UUID, dict[UUID, Any]] = defaultdict(dict)
    for row in queryset:
        if not row.is_empty:
            found[row.of_id][row.field_id] = row
    return found


def shown(field: CustomField, value: Any) -> str:
    """A value in words; what is masked or erased stays as it is."""
    if value is None:
        return ""
    if field.type == FieldType.CHOICE:
        return dict(field.choices).get(value) or str(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, tuple):
        words = dict(field.choices)
        return ", ".join(words.get(each) or str(each) for each in value)
    return _formatted(value)


def _formatted(value: Any) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, int | Decimal):
        return number_format(value, use_l10n=True)
    text: str = value
    return text
