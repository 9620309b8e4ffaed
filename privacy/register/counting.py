"""How much there is: rows and persons by model, values by custom field, what people agreed to; one statement each.

Counting goes through whole tables. It is done every hour, and pages show the last numbers with their moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, F, Max, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from privacy import actor
from privacy.consent.counting import Said, said
from privacy.declaration import subject_lookups
from privacy.models import Disclosure
from privacy.models.custom import OPEN, SEALED, value_models
from privacy.registry import model_called

KEPT = "register:counts:2"  # the number of its shape: a release never reads what another one kept
A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there was at a moment."""

    moment: datetime
    rows_and_persons: dict[str, tuple[int, int]]
    values: dict[UUID, int]
    consents: list[Said]


def latest(models: list[Any]) -> Counts:
    """The last numbers; where there are none, it is counted now."""
    kept: Counts | None = cache.get(KEPT)
    return count(models) if kept is None else kept


def count(models: list[Any]) -> Counts:
    """Count now, and keep that."""
    counted = Counts(actor.now(), rows_and_persons(models), values(), said())
    cache.set(KEPT, counted, A_DAY)
    return counted


def rows_and_persons(models: list[Any]) -> dict[str, tuple[int, int]]:
    """By label: how many rows (those in the bin, too), and of how many persons they are."""
    found = [_of(model) for model in models]
    if not found:
        return {}
    return {label: (rows, persons) for label, rows, persons in found[0].union(*found[1:], all=True)}


def values() -> dict[UUID, int]:
    """By custom field: how many records have a value in it."""
    found = [
        QuerySet(model).filter(OPEN | SEALED).order_by().values("field_id").annotate(number=Count("pk"))
        for model in value_models().values()
    ]
    rows = [each.values_list("field_id", "number") for each in found]
    return dict(rows[0].union(*rows[1:], all=True)) if rows else {}


@dataclass(frozen=True, slots=True)
class Left:
    """Records of one kind that left as files: how often, how many in all, when last."""

    model: str
    times: int
    rows: int
    last: datetime

    @property
    def name(self) -> str:
        """What the records are called; the label of a kind that there is no more."""
        known = model_called(self.model)
        return self.model if known is None else str(known._meta.verbose_name_plural)


def left() -> list[Left]:
    """What left the house as files, by kind of record."""
    found = Disclosure.objects.order_by("module").values_list("module")
    return [Left(*row) for row in found.annotate(Count("pk"), Sum("rows"), Max("moment"))]


def _of(model: Any) -> Any:
    paths = [F(lookup) for lookup in subject_lookups(model)]
    person = Coalesce(*paths) if len(paths) > 1 else paths[0] if paths else Value(None)
    rows = QuerySet(model).order_by().annotate(said=Value(model._meta.label_lower), whose=person)
    counted = rows.values("said").annotate(rows=Count("pk"), persons=Count("whose", distinct=True))
    return counted.values_list("said", "rows", "persons")
