"""What belongs to a row, and what only refers to it: read from the models' foreign keys, listed nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.deletion import CASCADE, PROTECT, RESTRICT

from privacy.declaration import SELF, subject_paths
from privacy.governance import Part
from privacy.registry import is_history

HOLDING = (PROTECT, RESTRICT)


@dataclass(frozen=True, slots=True)
class Bond:
    """A foreign key, seen from the row that it points to."""

    model: Any
    field: Any

    @property
    def is_part(self) -> bool:
        """Whether the row is a part of what it points to (few, as a ticket's messages), not one of its own."""
        return isinstance(getattr(self.model, "governed_by", None), Part)


def is_person(model: type[models.Model]) -> bool:
    """Whether rows of this model are persons (or hold a key as if they were)."""
    return SELF in subject_paths(model)


@cache
def belonging(model: type[models.Model]) -> tuple[Bond, ...]:
    """What can't be without a row of this model, and goes with it."""
    return tuple(bond for bond in _bonds(model) if _goes_along(model, bond.field))


@cache
def holding(model: type[models.Model]) -> tuple[Bond, ...]:
    """What keeps a row of this model from going while it points there."""
    bonds = (bond for bond in _bonds(model) if bond.field.remote_field.on_delete in HOLDING)
    return tuple(bond for bond in bonds if not _goes_along(model, bond.field))


@cache
def referring(model: type[models.Model]) -> tuple[Bond, ...]:
    """What points to a row of this model, and stays without it."""
    others = {*belonging(model), *holding(model)}
    return tuple(bond for bond in _bonds(model) if bond not in others)


@cache
def wholes(model: type[models.Model]) -> tuple[str, ...]:
    """The foreign keys of a part to that with which it goes."""
    if not isinstance(getattr(model, "governed_by", None), Part):
        return ()
    keys = (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey))
    return tuple(key.name for key in keys if _goes_along(key.related_model, key))


@cache
def naming() -> tuple[tuple[Any, str], ...]:
    """Columns that name a row without a foreign key (``goes_with``): their rows go with the named one."""
    return tuple((model, name) for model in apps.get_models() for name in getattr(model, "goes_with", ()))


def _bonds(model: type[models.Model]) -> Iterator[Bond]:
    for relation in model._meta.get_fields(include_hidden=True):
        if (
            not relation.auto_created
            or relation.concrete
            or not (relation.one_to_many or relation.one_to_one)
        ):
            continue
        holder: Any = relation.related_model
        if not is_history(holder):
            yield Bond(holder, relation.field)  # type: ignore[union-attr]


def _goes_along(model: type[models.Model], key: Any) -> bool:
    """What is bound by CASCADE; and what can't be without a person: it is theirs, or about them."""
    if key.remote_field.on_delete is CASCADE:
        return True
    return is_person(model) and not key.null and key.remote_field.on_delete in HOLDING
