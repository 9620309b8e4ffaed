"""What a person sees of their own data, in the portal."""

from typing import Any

from django.db.models import Q

from privacy.declaration import INSTALLATION, SELF, subject_lookups, subject_paths
from privacy.models import Record, User


def is_customer(viewer: Any) -> bool:
    """Whether this is a person who looks at what is theirs."""
    return isinstance(viewer, Record) and not isinstance(viewer, User) and SELF in subject_paths(type(viewer))


def own(person: Record, model: type[Record]) -> Q:
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
