"""The sentences: what one entry of history changed, field by field, for a reader who may not see every field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from privacy.declaration import Secret, declared
from privacy.enums import ActorKind, Via
from privacy.models.history import BOOKKEEPING
from privacy.telling.names import Names
from privacy.telling.words import words_of
from privacy.vault.fields import SealedJSONField, SealedTextField, raw_values

LONG = (
    SealedTextField,
    SealedJSONField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
)
SHORT_ENOUGH = 120
NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Event:
    """One change: when, who, what, through which door."""

    moment: datetime
    who: str
    text: str
    via: str


def tell(before: Any, after: Any, shown: frozenset[str], names: Names) -> Iterator[str]:
    """What the entry ``after`` changed, in sentences without their subject; only of fields that may be shown."""
    model = after.instance_type
    words = words_of(model)
    for name in (*words.fields, *_others(model, words)):
        if name in shown and _is_changed(before, after, name):
            teller = words.fields.get(name)
            yield teller(before, after, names) if teller else _generally(before, after, name, names)


def life(before: Any, after: Any) -> Iterator[str]:
    """Whether the record began, went to the bin or came back with this entry."""
    words = words_of(after.instance_type)
    if before is None:
        yield str(words.created)
    elif (before.deleted_at is None) != (after.deleted_at is None):
        yield str(words.restored if after.deleted_at is None else words.deleted)


def comings_and_goings(entries: Iterable[Any]) -> Iterator[Any]:
    """Of the entries of parts (tags, say): those in which one came or went; a change of owner is neither."""
    gone: dict[UUID, bool] = {}
    for entry in entries:
        is_gone = entry.deleted_at is not None
        if gone.get(entry.id, True) != is_gone:
            yield entry
        gone[entry.id] = is_gone


def who(entry: Any, names: Names) -> str:
    """Who acted; without a name what they are to us."""
    if name := names.get(entry.actor_id):
        return name
    return _("The customer") if entry.actor_kind == ActorKind.CUSTOMER else _("The helpdesk")


def door(entry: Any) -> str:
    """Through which door."""
    return str(Via(entry.via).label)


def label(model: type[models.Model], name: str) -> str:
    """What a field is called."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _others(model: Any, words: Any) -> list[str]:
    """Fields without words of their own: those that people fill in."""
    if words.is_exhaustive:
        return []
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.editable and field.name not in words.fields and field.name not in BOOKKEEPING
    ]


def _is_changed(before: Any, after: Any, name: str) -> bool:
    """Compares what lies in the database, unopened; what history doesn't keep (hashes) didn't change."""
    try:
        attname = after._meta.get_field(name).attname
    except FieldDoesNotExist:
        return False
    with raw_values():
        return bool(getattr(before, attname) != getattr(after, attname))


def _generally(before: Any, after: Any, name: str, names: Names) -> str:
    model = after.instance_type
    field = label(model, name)
    old, new = (_value(entry, model._meta.get_field(name), names) for entry in (before, after))
    if old is None or new is None:
        return _("changed “{field}”").format(field=field)
    if not old:
        return _("set “{field}” to “{new}”").format(field=field, new=new)
    if not new:
        return _("cleared “{field}” (it was “{old}”)").format(field=field, old=old)
    return _("changed “{field}” from “{old}” to “{new}”").format(field=field, old=old, new=new)


def _value(entry: Any, field: Any, names: Names) -> str | None:
    """A value in words; "" for none; None for what isn't shown in a sentence: secrets, files, long texts."""
    if isinstance(declared(entry.instance_type).get(field.name), Secret):
        return None
    if field.is_relation:
        key = getattr(entry, field.attname)
        return "" if key is None else names.get(key, NOBODY)
    if isinstance(field, LONG):
        return None
    return _in_words(getattr(entry, field.attname), field)


def _in_words(value: Any, field: Any) -> str | None:
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    text = "" if value is None else str(value)
    return text if len(text) <= SHORT_ENOUGH else None
