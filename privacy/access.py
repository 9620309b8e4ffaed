"""The one gate: what a viewer may see and do. Every page, list, search, file and job goes through it.

A viewer is a User (staff), a person known to the installation (a Record whose data subject is itself: the
customer in the portal), or None, who sees nothing.
"""

from enum import StrEnum
from typing import Any

from django.db.models import Model, Q

from privacy.declaration import INSTALLATION, SELF, subject_lookups, subject_paths
from privacy.models import Record, User


class Act(StrEnum):
    """What can be done to a record."""

    VIEW = "view"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


def visible(viewer: Any, queryset: Any) -> Any:
    """Those rows of the queryset that the viewer may see."""
    if _is_staff(viewer):
        return queryset
    if isinstance(viewer, Record) and not isinstance(viewer, User) and SELF in subject_paths(type(viewer)):
        return queryset.filter(_own(viewer, queryset.model))
    return queryset.none()


def may(viewer: Any, act: Act, target: Record | type[Record]) -> bool:
    """Whether the viewer may do this to a record, or to records of a model at all."""
    if _is_staff(viewer):
        return True
    if isinstance(target, type) or act in (Act.UPDATE, Act.DELETE):
        return False
    return visible(viewer, type(target).objects.filter(pk=target.pk)).exists()


def visible_fields(viewer: Any, model: type[Model]) -> frozenset[str]:
    """Names of the fields of a model whose values the viewer may see."""
    if viewer is None:
        return frozenset()
    return frozenset(field.name for field in model._meta.concrete_fields)


def _is_staff(viewer: Any) -> bool:
    return isinstance(viewer, User) and viewer.is_active and viewer.deleted_at is None


def _own(person: Record, model: type[Record]) -> Q:
    """The condition that a row is data about this person, and is shown to them."""
    if INSTALLATION in subject_paths(model) or not subject_paths(model):
        return Q(pk__in=[])
    theirs = Q()
    for lookup in subject_lookups(model):
        theirs |= Q(**{lookup: person.pk}) & _out_of_bin(model, lookup)
    hidden = model.hidden_from_subject
    return theirs if hidden is None else theirs & ~hidden


def _out_of_bin(model: Any, lookup: str) -> Q:
    """Nothing between the row and its person lies in the bin: with a ticket go its messages and files."""
    condition = Q()
    *steps, _person = lookup.split("__")
    for length, step in enumerate(steps, 1):
        model = model._meta.get_field(step).related_model
        if issubclass(model, Record):
            condition &= Q(**{"__".join([*steps[:length], "deleted_at__isnull"]): True})
    return condition
