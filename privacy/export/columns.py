"""The columns of a module's file: what somebody may see of its fields, and how each is read and shown."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.db.models.functions import Cast

from privacy import access, custom
from privacy.access import fields
from privacy.checks import holds_free_text
from privacy.custom.definitions import definitions
from privacy.declaration import Personal, declared
from privacy.enums import FieldRight
from privacy.masking import masked
from privacy.models import CustomField, User
from privacy.models.custom import value_models
from privacy.registry import is_secret
from privacy.vault.fields import SealedField, SealedJSONField
from privacy.vault.files import SealedFileField

ISO = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
Shown = Callable[[Any], Any]


class Moment(models.Func):
    """A moment as ISO 8601 in UTC, written by the database."""

    template = ISO
    output_field = models.TextField()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what is read of the database, what becomes of that.

    ``sealed`` is the column that a value was sealed for; ``is_free`` whether anything could be written in it.
    """

    name: str
    source: Any
    sealed: str = ""
    shown: Shown | None = None
    is_free: bool = False


def columns(model: type[models.Model], viewer: User) -> list[Column]:
    """Every stored field that the viewer may see: hidden ones are absent, masked ones masked."""
    visible = access.visible_fields(viewer, model)
    return [
        _column(field, fields.field_right(viewer, model, field.name))
        for field in model._meta.concrete_fields
        if field.name in visible and not is_secret(model, field) and not isinstance(field, SealedFileField)
    ]


def custom_columns(model: type[models.Model], viewer: User) -> list[CustomField]:
    """The custom fields that the viewer may see; their values are read through the lens that is on."""
    return definitions(viewer, model) if model._meta.label_lower in value_models() else []


def categories(model: type[models.Model], viewer: User) -> list[str]:
    """What kinds of personal data such a file holds."""
    visible = access.visible_fields(viewer, model)
    entries = [entry for entry in declared(model).values() if entry.field in visible]
    entries += [entry for of, field, entry in custom.declarations() if of is model and field.name in visible]
    return sorted({entry.category.value for entry in entries if isinstance(entry, Personal)})


def _column(field: Any, right: FieldRight) -> Column:
    name = field.attname
    hide = masked if right == FieldRight.MASKED else None
    if isinstance(field, SealedField):
        source = Cast(F(field.name), models.BinaryField())
        shown = json.loads if isinstance(field, SealedJSONField) and hide is None else hide
        return Column(name, source, field.column_id, shown, is_free=True)
    return Column(name, _source(field), "", hide or _shown(field), holds_free_text(field))


def _source(field: Any) -> Any:
    """Written by the database where that is quicker: keys, moments, days, exact numbers."""
    target = field.target_field if field.is_relation else field
    if isinstance(target, models.DateTimeField):
        return Moment(F(field.attname))
    if isinstance(target, models.UUIDField | models.DateField | models.DecimalField | models.JSONField):
        return Cast(F(field.attname), models.TextField())
    return F(field.attname)


def _shown(field: Any) -> Shown | None:
    if isinstance(field, models.JSONField):
        return json.loads
    return _plain if isinstance(field, ArrayField) else None


def _plain(values: list[Any]) -> list[Any]:
    return [value if isinstance(value, str | int | bool) else str(value) for value in values]
