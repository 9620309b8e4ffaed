"""What happened to the custom fields of a record, in sentences from their history."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from privacy.custom.definitions import definitions, values_of
from privacy.custom.reading import shown
from privacy.enums import FieldType
from privacy.models import CustomField
from privacy.models.custom import read


def told(record: Any, viewer: Any) -> list[tuple[Any, str]]:
    """Each entry of history that changed a field which the viewer may see, with its sentence, oldest first."""
    model = type(record)
    fields = {field.pk: field for field in definitions(viewer, model)}
    if not fields:
        return []
    entries: Any = values_of(model).history.filter(of_id=record.pk, field_id__in=fields)
    return list(_sentences(list(entries.order_by("history_date", "history_id")), fields))


def _sentences(entries: list[Any], fields: dict[UUID, CustomField]) -> Iterator[tuple[Any, str]]:
    before: dict[UUID, Any] = {}
    for entry in entries:
        field = fields[entry.field_id]
        value = None if entry.deleted_at else read(entry, field)
        if value != before.get(field.pk):
            yield entry, _sentence(field, before.get(field.pk), value)
        before[field.pk] = value


def _sentence(field: CustomField, old: Any, new: Any) -> str:
    if new is None:
        return _("emptied “{field}”").format(field=field.label)
    if field.type == FieldType.LONG_TEXT:
        return _("changed “{field}”").format(field=field.label)
    if old is None:
        return _("set “{field}” to “{new}”").format(field=field.label, new=shown(field, new))
    said = _("changed “{field}” from “{old}” to “{new}”")
    return said.format(field=field.label, old=shown(field, old), new=shown(field, new))
