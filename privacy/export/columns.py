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
BARE = (models.IntegerField, models.FloatField, models.BooleanField)
PLAIN = (models.UUIDField, models.DateTimeField)
Shown = Callable[[Any], Any]


class Moment(models.Func):
    """A moment as ISO 8601 in UTC, written by the database."""

    template = ISO
    output_field = models.TextField()


class Carried(models.Func):
    """A value as JSON: what we get to see of it before it is written."""

    template = "to_json(%(expressions)s)::text"
    output_field = models.TextField()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what is read of the database, and what becomes of that.

    ``is_ready``: the database writes it as it is; nothing is sealed, hidden, or could be a formula. ``is_bare``: a
    number, say, which needs no quotes. ``is_plain``: no character of it could need to be escaped. ``sealed`` is the
    column that a value was sealed for, ``shown`` what is shown instead of it. Values of a ``custom`` field lie beside
    the row.
    """

    name: str
    source: Any = None
    is_ready: bool = False
    is_bare: bool = False
    is_plain: bool = False
    sealed: str = ""
    shown: Shown | None = None
    custom: CustomField | None = None


def columns(model: type[models.Model], viewer: User) -> list[Column]:
    """Every field that the viewer may see: hidden ones are absent, masked ones masked."""
    visible = access.visible_fields(viewer, model)
    own = [
        _column(field, fields.field_right(viewer, model, field.name))
        for field in model._meta.concrete_fields
        if field.name in visible and not is_secret(model, field) and not isinstance(field, SealedFileField)
    ]
    added = definitions(viewer, model) if model._meta.label_lower in value_models() else []
    return [*own, *(Column(field.name, custom=field) for field in added)]


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
        shown = json.loads if isinstance(field, SealedJSONField) and hide is None else hide
        return Column(name, F(field.name), sealed=field.column_id, shown=shown)
    if hide or holds_free_text(field) or isinstance(field, ArrayField):
        return Column(name, Carried(_source(field)), shown=hide)
    target = _target(field)
    is_bare, is_plain = isinstance(target, BARE), isinstance(target, PLAIN)
    return Column(name, _source(field), is_ready=True, is_bare=is_bare, is_plain=is_plain)


def _source(field: Any) -> Any:
    """As text where JSON and spreadsheets would lose something of it: moments, exact numbers."""
    target = _target(field)
    if isinstance(target, models.DateTimeField):
        return Moment(F(field.attname))
    if isinstance(target, models.DecimalField):
        return Cast(F(field.attname), models.TextField())
    return F(field.attname)


def _target(field: Any) -> Any:
    """What a foreign key holds, for its own kind says nothing."""
    return _target(field.target_field) if field.is_relation else field
