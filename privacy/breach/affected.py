"""Whom a breach concerns: computed from the log of openings, or from whose data kinds of records are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from privacy import actor, people
from privacy.declaration import subject_lookups
from privacy.enums import BreachScope
from privacy.models import Breach, Opening, Person

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Affected:
    """How many persons, how many records were opened, and the first of the persons by name."""

    persons: int
    records: int
    first: list[Person]

    @property
    def more(self) -> int:
        return self.persons - len(self.first)


def affected(breach: Breach) -> Affected:
    """Count in the database, and read the names of as many as a page shows."""
    concerned = _concerned(breach)
    shown = list(concerned.order_by("whose")[:SHOWN])
    named = people.named(shown)
    return Affected(how_many(breach), _records(breach), [named[each] for each in shown if each in named])


def how_many(breach: Breach) -> int:
    """How many persons are concerned."""
    return int(_concerned(breach).count())


def subject_ids(breach: Breach) -> Iterator[UUID]:
    """Everybody concerned, by id, read as one goes along."""
    return iter(_concerned(breach).iterator())


def _concerned(breach: Breach) -> Any:
    """The ids of everybody concerned, each once."""
    found: list[Any] = [Opening.objects.none().annotate(whose=F("subject_id"))]
    if breach.scope == BreachScope.ACCOUNT:
        found = [_openings(breach).order_by().annotate(whose=F("subject_id"))]
    elif breach.scope == BreachScope.RECORDS and breach.modules:
        found = [_persons_in(apps.get_model(label)) for label in breach.modules]
    first, *others = (rows.values_list("whose", flat=True) for rows in found)
    return first.union(*others) if others else first.distinct()


def kinds_of_records() -> list[tuple[str, str]]:
    """Labels and names of what can be about somebody."""
    models = [*people.kinds(), *people.models_about_them()]
    named = [(model._meta.label_lower, str(model._meta.verbose_name_plural)) for model in models]
    return sorted(named, key=lambda each: each[1].casefold())


def _openings(breach: Breach) -> Any:
    """What the account opened in the time; up to now if nobody knows an end."""
    until = breach.ended_at or actor.now()
    if breach.account_id is None:
        return Opening.objects.none()
    return Opening.objects.filter(viewer_id=breach.account_id, moment__gte=breach.began_at, moment__lte=until)


def _records(breach: Breach) -> int:
    if breach.scope != BreachScope.ACCOUNT:
        return 0
    return int(_openings(breach).order_by().values("object_id").distinct().count())


def _persons_in(model: Any) -> Any:
    paths = [F(lookup) for lookup in subject_lookups(model)]
    whose = Coalesce(*paths) if len(paths) > 1 else paths[0]
    return QuerySet(model).order_by().annotate(whose=whose).filter(whose__isnull=False)
