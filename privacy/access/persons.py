"""What people's own standing does to all that is theirs: restricted, it is out of sight; erased, it is read-only."""

from functools import cache
from typing import Any

from django.db.models import Model, Q

from privacy.declaration import SELF, subject_lookups, subject_paths
from privacy.enums import Act
from privacy.governance import Setup
from privacy.models import Person, Restriction
from privacy.models.hold import DATA_REQUESTS


def condition(model: type[Model], act: Act) -> Q | None:
    """Which rows are left to staff by the standing of the people whose data they are; None: all."""
    if is_about_rights(model):
        return None
    left = unrestricted(model)
    if act in (Act.UPDATE, Act.CREATE):
        for path in _paths_to_people(model):
            left &= Q(**{f"{path}erased_at__isnull": True})
    return left or None


def unrestricted(model: type[Model]) -> Q:
    """Rows of nobody whose data may only be stored; the handling of their requests is no exception here."""
    restricted = Restriction.objects.filter(lifted_at=None).values("subject_id")
    left = Q()
    for lookup in _lookups(model):
        left &= ~Q(**{f"{lookup}__in": restricted})
    return left


def is_about_rights(model: Any) -> bool:
    """Whether a model is there to handle restriction, erasure and the like: its rows stay in sight."""
    governed = getattr(model, "governed_by", None)
    return isinstance(governed, Setup) and governed.manage == DATA_REQUESTS


@cache
def _lookups(model: type[Model]) -> tuple[str, ...]:
    return tuple(subject_lookups(model))


@cache
def _paths_to_people(model: Any) -> tuple[str, ...]:
    """The prefixes by which ORM lookups reach the people behind a row."""
    found = []
    for path in subject_paths(model):
        if path == SELF and issubclass(model, Person):
            found.append("")
        elif "." in path or (path in _field_names(model) and model._meta.get_field(path).is_relation):
            found.append(f"{path.replace('.', '__')}__")
    return tuple(found)


def _field_names(model: Any) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}
