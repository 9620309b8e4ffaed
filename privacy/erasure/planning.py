"""What an erasure would do, field by field, without doing it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy import holds, people
from privacy.declaration import Personal, declared
from privacy.enums import Category, OnErase
from privacy.erasure import hooks, treatment
from privacy.erasure.person import obstacles
from privacy.keeping import Keeping
from privacy.models import LegalHold, Person

WHY_KEPT = _("Numbers, states and times stay, so that counts and reports remain right. They name nobody.")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of one kind of record: in how many rows it is filled, and what becomes of it."""

    model: Any
    record: str
    field: str
    category: str
    rows: int
    effect: OnErase

    @property
    def is_kept(self) -> bool:
        return self.effect == OnErase.KEEP


@dataclass(frozen=True, slots=True)
class Remainder:
    """A kind of record whose rows stay, without anything that says whose they were: why, and until when."""

    record: str
    rows: int
    terms: list[str]
    why: str | Promise = WHY_KEPT


@dataclass(slots=True)
class Plan:
    """The dry run of an erasure."""

    person: Person
    lines: list[Line] = field(default_factory=list)
    kept: list[Remainder] = field(default_factory=list)
    holds: list[LegalHold] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    open_work: int = 0

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands against it; open work is asked about, it is no obstacle."""
        return not self.holds and not self.obstacles

    @property
    def erased(self) -> list[Line]:
        return [line for line in self.lines if not line.is_kept]

    def counts(self) -> dict[str, dict[str, int]]:
        """For the ledger and the receipt: rows by kind of record, those that go and those that stay unnamed."""
        found: dict[str, Counter[str]] = {}
        for line in self.erased:
            count = found.setdefault(line.model._meta.label_lower, Counter())
            count[line.effect] = max(count[line.effect], line.rows)
        return {label: dict(count) for label, count in found.items()}


def plan(person: Person) -> Plan:
    """Look at everything that is the person's data. Changes nothing."""
    ids = people.ids_of(person)
    made = Plan(person, holds=holds.on_person(ids))
    made.obstacles = obstacles(person)
    keeping = Keeping()
    made.open_work = sum(ask(person).count() for ask in hooks.open_work)
    for model in [type(person), *people.models_about_them()]:
        lines, rows = _of_model(model, ids)
        made.lines += lines
        if rows and not treatment.of(model).removes:
            label = str(model._meta.verbose_name_plural)
            made.kept.append(Remainder(label, rows, keeping.without_them(model)))
    return made


def _of_model(model: Any, ids: list[UUID]) -> tuple[list[Line], int]:
    entries = [entry for entry in declared(model).values() if isinstance(entry, Personal)]
    filled = {
        f"f{n}": Count("pk", filter=Q(**{f"{entry.field}__isnull": False})) for n, entry in enumerate(entries)
    }
    counted = people.rows_about(model, ids).aggregate(rows=Count("pk"), **filled)
    lines = [_line(model, entry, counted[f"f{n}"]) for n, entry in enumerate(entries)]
    return [line for line in lines if line.rows], counted["rows"]


def _line(model: Any, entry: Personal, rows: int) -> Line:
    column = model._meta.get_field(entry.field)
    named = "" if getattr(column, "_verbose_name", None) is None else str(column.verbose_name)
    return Line(
        model,
        str(model._meta.verbose_name_plural),
        named,
        str(Category(entry.category).label),
        rows,
        treatment.effect(entry, column),
    )
