"""A module's records, read by key in portions: memory stays constant, and the vault is asked once a portion.

The database writes each row as it will stand in the file; only what is sealed, masked or free text passes through our
hands. Values of a portion are opened together, and woven in where the row has its marks. Meanwhile the database is at
the next portion.
"""

import gc
import json
from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import F, UUIDField, Value
from django.db.models.functions import Coalesce

from privacy.custom.reading import values
from privacy.declaration import subject_lookups
from privacy.export.ahead import reading_ahead
from privacy.export.columns import Column, columns
from privacy.export.modules import rows_of
from privacy.export.styles import UTF8, Style
from privacy.models import CustomField, User
from privacy.vault import bulk

PORTION = 4_000  # rows at most
FIRST = 1_000
HANDY = 4 * 2**20  # bytes that a portion should come to


class Sheet:
    """One module as one viewer sees it: ``names`` of its columns, and ``portions`` of rows as a style writes them.

    Read inside ``access.looking``: custom fields are seen through the lens.
    """

    def __init__(self, model: Any, viewer: User, style: Style) -> None:
        self.model, self.style = model, style
        self.has_uuid = isinstance(model._meta.pk, UUIDField)
        self.queryset = rows_of(model, viewer)
        self.columns = columns(model, viewer)
        self.names = [each.name for each in self.columns]
        self.held = [n for n, each in enumerate(self.columns) if not each.is_ready and each.custom is None]
        self.rows = 0  # how many are in the portion that was read last
        self.ring: bulk.Ring = {}

    def portions(self, meet: Callable[[set[str]], None]) -> Iterator[bytes]:
        """Rows in the order of their keys, so that none comes twice; ``meet`` is told first whose data they are.

        What needs the connection comes before reading ahead: afterwards it would wait for that.
        """
        try:
            statement, given = self._statement()
        except EmptyResultSet:
            return
        many = min(FIRST, PORTION)
        with reading_ahead() as read, _uncollected():
            found = read(statement, [*given, None, None, many]).result()
            while found:
                keys, people, lines, *held = zip(*found, strict=True)
                ids = self._ids(keys)
                meet({each for each in people if each})
                said = self._custom(ids)
                last = UUID(bytes=ids[-1]) if self.has_uuid else ids[-1]
                following = read(statement, [*given, last, last, many])
                piece = self._woven(lines, self._cells(ids, held, said))
                self.rows = len(found)
                many = _handy(self.rows, len(piece))
                yield piece
                found = following.result()

    def _statement(self) -> tuple[str, list[Any]]:
        """What reads a portion: keys, persons, the rows as they will stand in the file, and what we have to open.

        It still wants the key after which it begins, twice (None: at the start), and how many rows.
        """
        sources = {f"c{n}": each.source for n, each in enumerate(self.columns) if each.custom is None}
        rows = self.queryset.order_by().annotate(row_key=F("pk"), row_person=_person(self.model), **sources)
        inner, given = rows.values_list("row_key", "row_person", *sources).query.sql_with_params()
        key = "encode(uuid_send(i.row_key), 'hex')" if self.has_uuid else "i.row_key"
        held = [f"encode(i.c{n}, 'hex')" if self.columns[n].sealed else f"i.c{n}" for n in self.held]
        read = ", ".join([key, "i.row_person::text", self.style.line(self.columns), *held])
        return (
            f"SELECT {read} FROM ({inner}) AS i WHERE %s IS NULL OR i.row_key > %s"  # noqa: S608  (columns of ours)
            " ORDER BY i.row_key LIMIT %s"
        ), list(given)

    def _ids(self, keys: Sequence[Any]) -> list[Any]:
        return list(map(unhexlify, keys)) if self.has_uuid else list(keys)

    def _cells(
        self, ids: Sequence[Any], held: Sequence[Sequence[str | None]], said: dict[UUID, list[Any]]
    ) -> list[list[str]]:
        """The values that are ours to write, by column."""
        stored = {n: self._stored(self.columns[n], texts) for n, texts in zip(self.held, held, strict=True)}
        sealed = [values for n, values in stored.items() if self.columns[n].sealed]
        self.ring = bulk.expect(sealed, self.ring)
        found = []
        for n, column in enumerate(self.columns):
            if column.custom is not None:
                found.append(self.style.cells(said[column.custom.pk]))
            elif not column.is_ready:
                found.append(self.style.cells(self._opened(column, ids, stored[n])))
        return found

    def _stored(self, column: Column, texts: Sequence[str | None]) -> list[Any]:
        read = unhexlify if column.sealed else json.loads
        return [None if each is None else read(each) for each in texts]

    def _opened(self, column: Column, ids: Sequence[Any], stored: list[Any]) -> Iterable[Any]:
        values = bulk.opened(column.sealed, ids, stored, self.ring) if column.sealed else stored
        show = column.shown
        return values if show is None else (None if each is None else show(each) for each in values)

    def _custom(self, ids: Sequence[bytes]) -> dict[UUID, list[Any]]:
        """What stands in the custom fields of these rows, by field."""
        fields = [column.custom for column in self.columns if column.custom is not None]
        if not fields:
            return {}
        pks = [UUID(bytes=each) for each in ids]
        known = values(self.model, pks)
        return {
            field.pk: [_written(field, known.get(pk, {}).get(field.pk)) for pk in pks] for field in fields
        }

    def _woven(self, lines: Sequence[str], cells: list[list[str]]) -> bytes:
        """The rows with our values where their marks are."""
        rows = "\n".join(lines) + "\n"
        if cells:
            ours = cells[0] if len(cells) == 1 else [each for row in zip(*cells, strict=True) for each in row]
            theirs = rows.split(self.style.mark)
            if len(theirs) != len(ours) + 1:
                raise ValueError("A value that the database wrote looks like a mark of ours.")
            woven = [""] * (len(theirs) + len(ours))
            woven[::2], woven[1::2] = theirs, ours
            rows = "".join(woven)
        return rows.encode(*UTF8)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing here makes cycles of objects, and looking for some in all there is would take a quarter of the time."""
    is_usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_usual:
            gc.enable()


def _handy(rows: int, size: int) -> int:
    """How many rows make a handy portion, if they are like these, which took so many bytes."""
    return max(1, min(PORTION, rows * HANDY // size))


def _person(model: Any) -> Any:
    """Whose data a row is, as the declaration says; nobody's is nobody's."""
    paths = [F(path) for path in subject_lookups(model)]
    if len(paths) > 1:
        return Coalesce(*paths, output_field=UUIDField())
    return paths[0] if paths else Value(None, UUIDField())


def _written(field: CustomField, value: Any) -> Any:
    """A custom value in the form in which it is stored as text; choices as lists of codes."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return list(value) if isinstance(value, tuple) else field.kind.to_text(value)
