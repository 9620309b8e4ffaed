"""People by their id, whatever kind of record they are: contacts, staff."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from privacy.declaration import subject_lookups
from privacy.models import Person
from privacy.registry import first_party_models


def kinds() -> list[type[Person]]:
    """The models that people are."""
    return [model for model in apps.get_models() if issubclass(model, Person)]


def find(subject_id: UUID) -> Person | None:
    """The person with this id, those in the bin included."""
    found = (model.everything.filter(pk=subject_id).first() for model in kinds())
    return next(filter(None, found), None)


def named(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The people with these ids, ready to be shown by name: one query for each kind."""
    wanted = set(ids)
    return {each.pk: each for model in kinds() for each in model.with_names().filter(pk__in=wanted)}


def ids_of(person: Person) -> list[UUID]:
    """The person's id, and those of records that were merged into theirs."""
    model: Any = type(person)
    found = [person.pk]
    waiting = [person.pk] if model.same_person else []
    while waiting:
        merged = model.everything.filter(**{f"{model.same_person}__in": waiting}).exclude(pk__in=found)
        waiting = list(merged.values_list("pk", flat=True))
        found += waiting
    return found


def models_about_them() -> Iterator[type[Any]]:
    """Every model whose rows can be somebody's data, the people themselves left out."""
    for model in first_party_models():
        if not issubclass(model, Person) and any(True for _ in subject_lookups(model)):
            yield model


def rows_about(model: Any, ids: Any) -> QuerySet[Any]:
    """The rows of a model that are these people's data, as a bare queryset: what is in the bin is in it.

    ``ids`` is a collection of ids, or a subquery.
    """
    about = Q()
    for lookup in subject_lookups(model):
        about |= Q(**{f"{lookup}__in": ids})
    return QuerySet(model).filter(about).order_by()
