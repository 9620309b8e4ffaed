"""Switching encryption of a custom field on and off: values and their history change form in place, in batches.

New values are written the new way as soon as the switch is committed; old ones are read whichever way they lie. What is
left to do is seen from the rows themselves: so the work can be killed anywhere, and begun again anywhere.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from privacy import access, actor, registry
from privacy.access import Act
from privacy.custom.writing import hold_forms
from privacy.models import CustomField, CustomValue
from privacy.models.custom import COLUMNS, OPEN, SEALED, read, value_models
from privacy.vault.errors import SubjectErased
from privacy.vault.fields import is_erased

BATCH = 200
PATIENCE = 20
PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """How many values (history included) a field has, and how many of them have the form that it asks for."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


@transaction.atomic
def switch(field: CustomField, *, encrypted: bool, by: Any, despite_personal: bool = False) -> CustomField:
    """Write values encrypted, or in clear, from now on; those that are there are still to be converted.

    Raises Denied, and ValidationError where personal data would lie in clear and nobody confirmed that.
    """
    access.demand(by, Act.UPDATE, field)
    if not encrypted and field.is_personal and not despite_personal:
        raise ValidationError(
            _("This field holds personal data. Confirm that it is to lie unencrypted in the database.")
        )
    with actor.acting(by):
        field = CustomField.objects.select_for_update().get(pk=field.pk)
        if field.is_encrypted != encrypted:
            field.is_encrypted, field.converted_at = encrypted, None
            field.save(update_fields=["is_encrypted", "converted_at"])
    return field


def unfinished() -> list[UUID]:
    """The fields whose values don't all have the right form yet."""
    return list(CustomField.everything.filter(converted_at=None).values_list("pk", flat=True))


def convert(field_id: UUID) -> None:
    """Bring every value into the form that its field asks for, then clear away what is left of the old ones."""
    for _round in range(PATIENCE):
        places: dict[Any, Any] = {}
        while convert_batch(field_id, places):
            pass
        if not remaining(field_id):
            _clear_away(field_id)
            _finish(field_id)
            return
        time.sleep(PAUSE)  # others hold the last rows; if they go on, the timetable comes again


@transaction.atomic
def convert_batch(field_id: UUID, places: dict[Any, Any] | None = None) -> int:
    """Convert some values and some entries of history, wholly or not at all; returns how many.

    ``places`` are remembered between batches, for speed only: how far each table was gone through.
    """
    places = {} if places is None else places
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [field_id.int & (2**62 - 1)])
    field = CustomField.everything.get(pk=field_id)
    for _pk, is_encrypted in hold_forms([field_id]):
        field.is_encrypted = is_encrypted
    converted = 0
    for table in _tables(field):
        rows = table._base_manager.filter(_due(field, table), field_id=field_id).order_by("pk")
        rows = rows.filter(pk__gt=places[table]) if table in places else rows
        found = list(rows.select_for_update(skip_locked=True, of=["self"])[: BATCH - converted])
        _rewrite(field, table, found)
        converted += len(found)
        if found:
            places[table] = found[-1].pk
    return converted


def remaining(field_id: UUID) -> int:
    """How many values still have the other form."""
    field = CustomField.everything.get(pk=field_id)
    return sum(
        table._base_manager.filter(_due(field, table), field_id=field_id).count() for table in _tables(field)
    )


def progress(field: CustomField) -> Progress:
    """How far the conversion of a field has come."""
    total = sum(
        table._base_manager.filter(OPEN | SEALED, field_id=field.pk).count() for table in _tables(field)
    )
    return Progress(total - min(total, remaining(field.pk)), total)


def _tables(field: CustomField) -> list[Any]:
    model: Any = value_models()[field.module]
    return [model, registry.history_of(model)]


def _due(field: CustomField, table: Any) -> Q:
    """Which rows of a table don't have the form that the field asks for."""
    wrong = OPEN if field.is_encrypted else SEALED
    if not issubclass(table, CustomValue):
        return wrong
    if field.is_indexed:
        return wrong | (OPEN | SEALED) & Q(index=None)
    return wrong | Q(index__isnull=False)


def _rewrite(field: CustomField, table: Any, rows: Iterable[Any]) -> None:
    """Write the same values in the other form: no change in the sense of history, so nothing is added to it."""
    rows = list(rows)
    model = value_models()[field.module]
    columns = ["sealed", *COLUMNS, *(["index"] if table is model else [])]
    owners = _owners(model, rows)
    changes = []
    for row in rows:
        carrier = _carrier(model, field, row, owners.get(row.of_id))
        changes.append([*_columns(carrier, columns), row.pk])
    assignments = ", ".join(f'"{column}" = %s' for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{table._meta.db_table}" SET {assignments} WHERE "{table._meta.pk.column}" = %s',  # noqa: S608
            changes,
        )


def _owners(model: type[CustomValue], rows: list[Any]) -> dict[UUID, Any]:
    meta: Any = model._meta
    of = meta.get_field("of").related_model
    return dict(of._base_manager.in_bulk({row.of_id for row in rows}))


def _carrier(model: Any, field: CustomField, row: Any, owner: Any) -> CustomValue:
    """A row of values that holds what the row holds, in the right form. Of whom nothing is kept, nothing is left."""
    value = read(row, field)
    carrier: CustomValue = model(id=row.id, field=field)
    carrier.of = owner  # type: ignore[attr-defined]
    carrier.put(None if owner is None or is_erased(value) else value)
    try:
        _columns(carrier, ["sealed"])
    except SubjectErased:
        carrier.put(None)
    return carrier


def _columns(carrier: CustomValue, names: Iterable[str]) -> list[Any]:
    found = []
    for name in names:
        field: Any = carrier._meta.get_field(name)
        value = field.pre_save(carrier, False)
        found.append(field.get_db_prep_save(value, connection))
    return found


def _clear_away(field_id: UUID) -> None:
    """The old versions of the rows, and what the planner remembers of their values, leave the tables."""
    field = CustomField.everything.get(pk=field_id)
    with connection.cursor() as cursor:
        for table in _tables(field):
            cursor.execute(f'VACUUM (ANALYZE) "{table._meta.db_table}"')


@transaction.atomic
def _finish(field_id: UUID) -> None:
    """All is converted: unless it was switched again meanwhile."""
    field = CustomField.everything.select_for_update().get(pk=field_id)
    if remaining(field_id) == 0 and field.converted_at is None:
        field.converted_at = actor.now()
        field.save(update_fields=["converted_at"])
