"""New rows that are written together: held back, then one statement for each model, with the same history and audit.

Most of what a row costs is the statement around it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models, transaction

from privacy import lens
from privacy.models.history import Told, told_now, trace_new

_open: ContextVar["_Together | None"] = ContextVar("together", default=None)


@contextmanager
def together(*kinds: type[models.Model]) -> Iterator[None]:
    """Inside, new rows of these models wait until the block ends, or until a statement names their table.

    Atomic, and without savepoints: whatever fails inside, or when the rows are written, undoes the whole block and
    raises, also where somebody inside catches it. Name models in the order in which they need each other. Django's
    own signals are not sent for these rows, so that only models that nobody listens to can be named.
    """
    waiting = _Together(kinds)
    with transaction.atomic():
        token, allowed = _open.set(waiting), connection.features.uses_savepoints
        connection.features.uses_savepoints = False
        try:
            with connection.execute_wrapper(waiting.before_statement):
                yield
                waiting.write()
            connection.validate_no_broken_transaction()
        finally:
            connection.features.uses_savepoints = allowed
            _open.reset(token)


def holds_back(row: Any) -> bool:
    """Whether this new row waits for others of its kind; if so, it counts as saved."""
    waiting = _open.get()
    return waiting is not None and waiting.take(row)


class _Together:
    def __init__(self, kinds: tuple[type[models.Model], ...]) -> None:
        self._rows: dict[Any, list[tuple[Any, Told]]] = {kind: [] for kind in kinds}
        self._tables = {kind: _tables_of(kind) for kind in kinds}
        self._is_writing = False

    def take(self, row: Any) -> bool:
        if (rows := self._rows.get(type(row))) is None:
            return False
        row._state.adding, row._state.db = False, connection.alias
        rows.append((row, told_now()))
        return True

    def before_statement(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Whoever asks a table finds there what was saved."""
        if not self._is_writing and any(
            self._is_named(kind, str(sql)) for kind, rows in self._rows.items() if rows
        ):
            self.write()
        return execute(sql, params, many, context)

    def write(self) -> None:
        self._is_writing = True
        try:
            with lens.lifted():
                for kind, rows in self._rows.items():
                    if rows:
                        self._rows[kind] = []
                        _write(kind, rows)
        finally:
            self._is_writing = False

    def _is_named(self, kind: Any, sql: str) -> bool:
        return any(table in sql for table in self._tables[kind])


def _tables_of(kind: Any) -> list[str]:
    kept = [kind.history.model] if hasattr(kind, "history") else []
    return [f'"{model._meta.db_table}"' for model in (kind, *kept)]


def _write(kind: Any, rows: list[tuple[Any, Told]]) -> None:
    models.QuerySet(kind).bulk_create([row for row, _told in rows])
    if hasattr(kind, "history"):
        trace_new(kind, [(row.pk, told) for row, told in rows])
