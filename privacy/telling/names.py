"""Names of everybody and everything that entries of history mention, read a model at a time."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from privacy import access
from privacy.enums import ActorKind
from privacy.models import Record, User
from privacy.registry import first_party_models

Names = dict[UUID | None, str]
EVERYBODY: Any = object()
NUMBER = re.compile(r"[0-9a-f]{12}")


def names_in(changes: Iterable[tuple[Any, Any]], known: Names, *, parts: Iterable[Any] = ()) -> Names:
    """The names in pairs of entries (before, after), looked up if not known.

    ``parts`` are entries of what is attached: each names one row (``other_id``) of a model (``mentioned``).
    """
    wanted: dict[type[models.Model], set[UUID | None]] = defaultdict(set)
    actors: dict[UUID | None, str] = {}
    for before, after in changes:
        actors[after.actor_id] = after.actor_kind
        for field in relations(after):
            old = None if before is None else getattr(before, field.attname)
            if before is not None and old != getattr(after, field.attname):
                wanted[field.related_model] |= {old, getattr(after, field.attname)}
    for entry in parts:
        actors[entry.actor_id] = entry.actor_kind
        wanted[entry.mentioned].add(entry.other_id)
    return look_up(wanted, actors, known)


def look_up(
    wanted: dict[Any, set[Any]], actors: dict[Any, str], known: Names, viewer: Any = EVERYBODY
) -> Names:
    """Names of rows by model, and of who acted by kind; what is known already isn't read again.

    With a ``viewer``, only what they may see has a name.
    """
    for actor_id, kind in actors.items():
        wanted.setdefault(_model_of(kind), set()).add(actor_id)
    names = dict(known)
    for model, ids in wanted.items():
        if model is not None and (missing := ids - names.keys() - {None}):
            rows = _rows(model, missing)
            seen = rows if viewer is EVERYBODY else access.visible(viewer, rows)
            names |= {row.pk: called(row) for row in seen}
    return names


def called(row: Any) -> str:
    """What somebody who may see this row knows it by; sealed names are seen through the lens."""
    return str(row.caption() or row) if isinstance(row, Record) else str(row)


def without_kind(name: str, kind: str) -> str:
    """What has no name of its own is called by its kind and a number. Where the kind stands beside: the number."""
    number = name.removeprefix(f"{kind} ")
    return number if NUMBER.fullmatch(number) else name


def relations(entry: Any) -> list[Any]:
    """The foreign keys of an entry of history, but those that every entry has."""
    return [
        field
        for field in entry._meta.concrete_fields
        if field.is_relation and not field.name.startswith("history_")
    ]


def _rows(model: Any, ids: set[Any]) -> Any:
    rows = model._base_manager.filter(pk__in=ids)
    return model.for_captions(rows) if issubclass(model, Record) else rows


def _model_of(kind: str) -> type[models.Model] | None:
    """The model of those who act as this kind of person (``actor_kind``)."""
    if kind == ActorKind.STAFF:
        return User
    own = (model for model in first_party_models() if getattr(model, "actor_kind", None) == kind)
    return next(own, None)
