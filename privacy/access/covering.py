"""The newest records that somebody may see, found without looking through all the others.

A long list of which little may be seen would be read to its end by the plain condition. So the list is cut into
branches that an index knows (one owner, one department, what was shared singly); each gives its newest few, and the
newest of those are the page. What may be seen is still decided by ``visible`` alone: branches only have to cover it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from privacy.access import clauses, viewpoint
from privacy.access.viewpoint import Viewpoint
from privacy.enums import Act
from privacy.governance import Within
from privacy.models import User

MOST = 64  # beyond that the plain condition is quicker: who sees so many owners finds a page soon


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows that meet a condition; with a ``field``, those of each of its values by an index look-up of its own.

    The values are known (``values``), or are found by queries (``sources``).
    """

    condition: Q
    field: str = ""
    values: tuple[Any, ...] = ()
    sources: tuple[Any, ...] = ()

    def origin(self) -> tuple[str, list[Any]]:
        """The values as SQL that rows come from."""
        if not self.sources:
            return "unnest(%s::uuid[])", [list(self.values)]
        found = [source.query.sql_with_params() for source in self.sources]
        return f"({' UNION '.join(text for text, _ in found)})", [
            each for _, given in found for each in given
        ]


def first_of(viewer: Any, rows: Any, limit: int) -> Any:
    """The first rows of an ordered queryset that was cut down to what the viewer may see already."""
    found = _branches(viewer, rows.model)
    if not found:
        return rows[:limit]
    pieces = list(_pieces(rows, found, limit))
    if not pieces:
        return rows.none()
    union = " UNION ".join(text for text, _values in pieces)
    covered = f"SELECT pk FROM ({union} {_order(rows)} LIMIT {limit:d}) AS covered"  # noqa: S608  (our own names)
    values = [each for _, given in pieces for each in given]
    page = rows.all()
    if len(page.query.alias_map) <= 1:  # a condition that joined other rows has to go on choosing among them
        page.query.clear_where()  # else each piece has met all of it: asking again would double the planning
    return page.filter(pk__in=RawSQL(covered, values))[:limit]  # noqa: S611


def _branches(viewer: Any, model: type[Model]) -> list[Branch]:
    """What covers all that the viewer may see; nothing where the plain condition does better."""
    if not isinstance(viewer, User):
        return []
    found = list(_covering(viewpoint.of(viewer), model))
    is_wide = any(not branch.field and not branch.condition for branch in found)
    return [] if is_wide or sum(len(branch.values) or 1 for branch in found) > MOST else found


def _covering(view: Viewpoint, model: type[Model]) -> Iterator[Branch]:
    module = clauses.module_of(model)
    within, is_open = [], False
    for clause in clauses.within(view, model, Act.VIEW):  # what comes after an open one needn't be read
        within.append(clause)
        if is_open := clause.owners is None and clause.condition is None:
            break
    others = [clause.condition for clause in within if clause.condition is not None]
    if is_open or others:
        yield _bounded(view, model, Q() if is_open else reduce(or_, others))
    if not is_open:
        owners = {owner for clause in within for owner in clause.owners or ()}
        yield Branch(Q(), module.owner, tuple(sorted(owners)))
    for clause in clauses.beyond(view, model, Act.VIEW):
        yield Branch(Q(), "pk", sources=clause.keys) if clause.keys else Branch(clause.q(module))


def _bounded(view: Viewpoint, model: type[Model], condition: Q) -> Branch:
    """The condition within departments (or whatever bounds the module), one look-up each."""
    bound = clauses.module_of(model).bound
    if not clauses.bound(view, model) or not isinstance(bound, Within):
        return Branch(condition)
    return Branch(condition, bound.path, tuple(bound.values(view.user)))


def _pieces(rows: Any, branches: list[Branch], limit: int) -> Iterator[tuple[str, list[Any]]]:
    """The branches as SQL with its values, without those in which nothing can be."""
    plain = rows.select_related(None).prefetch_related(None).order_by()
    columns = ["pk", *_ordered_by(rows)]
    fields = sorted({branch.field for branch in branches} - {"", *columns})

    def seen(condition: Q) -> tuple[str, list[Any]]:
        text, values = plain.filter(condition).values_list(*columns, *fields).query.sql_with_params()
        return f"({text}) AS seen ({', '.join([*columns, *fields])})", list(values)

    common = cache(lambda: seen(Q()))  # most branches differ in their look-up only
    for branch in branches:
        with suppress(EmptyResultSet):
            text, values = seen(branch.condition) if branch.condition else common()
            yield _piece(branch, text, values, ", ".join(columns), f"{_order(rows)} LIMIT {limit:d}")


def _piece(branch: Branch, seen: str, values: list[Any], columns: str, first: str) -> tuple[str, list[Any]]:
    """A branch's first rows, as SQL: key first, then what they are ordered by."""
    if not branch.field:
        return f"(SELECT {columns} FROM {seen} {first})", values  # noqa: S608  (names of our fields)
    origin, given = branch.origin()
    each = f"SELECT {columns} FROM {seen} WHERE {branch.field} = branch.value {first}"  # noqa: S608
    from_each = f"{origin} AS branch (value) CROSS JOIN LATERAL ({each}) AS piece ({columns})"
    return f"SELECT {columns} FROM {from_each}", [*given, *values]  # noqa: S608


def _ordered_by(rows: Any) -> list[str]:
    """What a list is ordered by, besides its key."""
    return [name.lstrip("-") for name in rows.query.order_by if name.lstrip("-") not in ("id", "pk")]


def _order(rows: Any) -> str:
    """The list's own order, over the pieces."""
    falls = rows.query.order_by[0].startswith("-")
    return "ORDER BY " + ", ".join(
        f"{name} {'DESC' if falls else 'ASC'}" for name in [*_ordered_by(rows), "pk"]
    )
