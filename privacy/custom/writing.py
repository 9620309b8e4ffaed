"""Writing values of custom fields: checked, unique where they have to be, each change in history."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.custom.definitions import values_of, writable
from privacy.enums import FieldType
from privacy.models import CustomField, CustomValue
from privacy.values import Value


def set_values(record: Any, given: Mapping[str, Any], *, by: Any) -> None:
    """Set fields of a record by their keys; None empties one. All or nothing.

    Raises Denied, and ValidationError with the errors by key.
    """
    access.demand(by, Act.UPDATE, record)
    _write(record, given, by=by, is_new=False)


def fill(record: Any, given: Mapping[str, Any], *, by: Any) -> None:
    """The first values of a record just made: who may make it may fill it in. Required fields have to be there."""
    _write(record, given, by=by, is_new=True)


@transaction.atomic
def _write(record: Any, given: Mapping[str, Any], *, by: Any, is_new: bool) -> None:
    fields = _fields(record, given, by)
    errors: dict[str, list[str]] = {}
    checked: dict[str, Value | None] = {}
    for key, field in fields.items():
        try:
            checked[key] = check(field, given[key])
        except ValidationError as error:
            errors[key] = error.messages
    if errors:
        raise ValidationError(errors)
    with actor.acting(by):
        _hold(record, fields.values())
        rows = {row.field_id: row for row in _rows(record, fields.values())}
        for key, field in fields.items():
            row = rows.get(field.pk) or _new(record)
            row.field = field
            if row.value != checked[key]:
                _save(row, checked[key], record)


def check(field: CustomField, value: Any) -> Value | None:
    """The value in its normal form. Raises ValidationError."""
    if value in (None, "", (), []):
        if field.is_required:
            raise ValidationError(_("This field has to be filled in."))
        return None
    try:
        found = field.kind.check(value)
    except (ValueError, ArithmeticError) as error:
        raise ValidationError(_(str(error))) from None
    if field.is_chosen:
        offered = {code for code, _words in field.choices}
        wanted = {found} if field.type == FieldType.CHOICE else set(found)  # type: ignore[arg-type]
        if not wanted <= offered:
            raise ValidationError(_("This can't be chosen."))
    return found


def _fields(record: Any, given: Mapping[str, Any], by: Any) -> dict[str, CustomField]:
    """The definitions behind the keys, as they are now. Raises Denied for what ``by`` may not write."""
    model = type(record)
    found = {
        field.key: field
        for field in CustomField.objects.filter(module=model._meta.label_lower, key__in=list(given))
    }
    if unknown := given.keys() - found.keys():
        raise ValidationError({key: [_("There is no such field.")] for key in unknown})
    if by is None or actor.is_retelling():
        return found
    allowed = {field.key for field in writable(by, model)}
    for key, field in found.items():
        if key not in allowed:
            raise access.Denied(
                _("Your profile doesn't let you change this field: {field}.").format(field=field)
            )
    return found


def _hold(record: Any, fields: Iterable[CustomField]) -> None:
    """Nobody else writes to the record, and no field changes its form, until the transaction ends."""
    type(record)._base_manager.select_for_update().get(pk=record.pk)
    forms = {field.pk: field for field in fields}
    for pk, is_encrypted in hold_forms(list(forms)):
        forms[pk].is_encrypted = is_encrypted


def hold_forms(field_ids: list[UUID]) -> list[tuple[UUID, bool]]:
    """In which form these fields are written now: a switch waits until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, is_encrypted FROM privacy_customfield WHERE id = ANY(%s::uuid[]) ORDER BY id FOR SHARE",
            [[str(each) for each in field_ids]],
        )
        return list(cursor.fetchall())


def _rows(record: Any, fields: Iterable[CustomField]) -> Any:
    rows = values_of(type(record)).objects.select_for_update(of=["self"])
    return rows.filter(of=record, field__in=[field.pk for field in fields]).order_by("id")


def _new(record: Any) -> Any:
    made: Any = values_of(type(record))()
    made.of = record
    return made


def refuse_taken(field: CustomField, value: Value | None, record: Any) -> None:
    """Raises ValidationError if the field is unique and another record has this value."""
    if field.is_unique and value is not None and _others(field, value, record).exists():
        raise ValidationError(_("Another record has this value already."))


def _save(row: CustomValue, value: Value | None, record: Any) -> None:
    try:
        refuse_taken(row.field, value, record)
        row.put(value)
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise ValidationError({row.field.key: error.messages}) from None
    except IntegrityError:  # somebody was quicker
        raise ValidationError({row.field.key: [_("Another record has this value already.")]}) from None


def _others(field: CustomField, value: Value, record: Any) -> Any:
    rows = values_of(type(record)).objects.filter(field=field, index=field.index_of(value))
    return rows.exclude(of=record.pk)
