"""A module's records, read by key in portions: memory stays constant, and the vault is asked once a portion.

The database writes each row as it will stand in the file (COPY); only what is sealed, masked or free text passes
through our hands. Values of a portion are opened together, and woven in where the row has its marks.
"""

import json
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, UUIDField, Value
from django.db.models.fields import BinaryField
from django.db.models.functions import Coalesce

from privacy.custom.reading import values
from privacy.declaration import subject_lookups
from privacy.export.columns import Column, columns
from privacy.export.modules import rows_of
from privacy.export.styles import Style
from privacy.models import CustomField, User
from privacy.vault import bulk

PORTION = 4_000
HEX = slice(2, None)  # the database writes bytes as \x…


class Sent(Func):
    """A uuid as its sixteen bytes."""

    function = "uuid_send"
    output_field = BinaryField()


class Rows(list[bytes]):
    """The lines of a portion, as the database hands them over."""

    write = list.append


class Sheet:
    """One module as one viewer sees it: ``names`` of its columns, and ``portions`` of rows as a style writes them.

    Read inside ``access.looking``: custom fields are seen through the lens.
    """

    def __init__(self, model: Any, viewer: User, style: Style) -> None:
        self.model, self.style = model, style
        self.queryset = rows_of(model, viewer)
        self.columns = columns(model, viewer)
        self.names = [each.name for each in self.columns]
        self.held = [n for n, each in enumerate(self.columns) if not each.is_ready and each.custom is None]
        self.people: set[str] = set()  # whose data the portion is that was read last
        self.rows = 0  # how many are in it
        self.ring: bulk.Ring = {}

    def portions(self) -> Iterator[bytes]:
        """Rows in the order of their keys, so that none comes twice."""
        has_uuid = isinstance(self.model._meta.pk, UUIDField)
        rows, last = self._read(has_uuid), None
        while lines := self._copied(rows if last is None else rows.filter(pk__gt=last)):
            split = [line.split(self.style.separator, 2 + len(self.held)) for line in lines]
            keys, people, *held, tails = zip(*split, strict=True)
            self.rows, self.people = len(lines), {each.decode() for each in set(people) if each}
            ids: list[Any] = [unhexlify(key[HEX]) if has_uuid else int(key) for key in keys]
            last = UUID(bytes=max(ids)) if has_uuid else max(ids)
            yield self._woven(b"".join(tails), self._cells(ids, held))

    def _read(self, has_uuid: bool) -> Any:
        key = Sent(F("pk")) if has_uuid else F("pk")
        sources = {f"c{n}": each.source for n, each in enumerate(self.columns) if each.custom is None}
        rows = self.queryset.annotate(row_key=key, row_person=_person(self.model), **sources)
        return rows.values_list("row_key", "row_person", *sources)

    def _copied(self, rows: Any) -> Rows:
        """A portion, as lines: key, person, what we have to open, and the row itself with its marks."""
        lines = Rows()
        try:
            inner, values = rows[:PORTION].query.sql_with_params()
        except EmptyResultSet:
            return lines
        head = ", ".join(["i.row_key", "i.row_person", *(f"i.c{n}" for n in self.held)])
        row, beside = self.style.row(self.columns), self.style.beside(self.columns)
        statement = (
            f"COPY (SELECT {head}, {row} FROM ({inner}) AS i{beside})"  # noqa: S608  (columns of ours)
            f" TO STDOUT WITH ({self.style.options(self.columns)})"
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(cursor.mogrify(statement, values), lines)
        return lines

    def _cells(self, ids: Sequence[Any], held: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
        """The values that are ours to write, by column."""
        stored = dict(zip(self.held, map(_bytes, held), strict=True))
        sealed = [values for n, values in stored.items() if self.columns[n].sealed]
        self.ring = bulk.expect(sealed, self.ring)
        said = self._custom(ids)
        found = []
        for n, column in enumerate(self.columns):
            if column.custom is not None:
                found.append(self.style.cells(said[column.custom.pk]))
            elif not column.is_ready:
                found.append(self.style.cells(self._opened(column, ids, stored[n])))
        return found

    def _opened(self, column: Column, ids: Sequence[Any], stored: list[bytes | None]) -> Iterable[Any]:
        values: Iterable[Any]
        if column.sealed:
            values = bulk.opened(column.sealed, ids, stored, self.ring)
        else:
            values = (None if each is None else json.loads(each) for each in stored)
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

    def _woven(self, rows: bytes, cells: list[list[bytes]]) -> bytes:
        """The rows with our values where their marks are."""
        if not cells:
            return rows
        ours = cells[0] if len(cells) == 1 else [each for row in zip(*cells, strict=True) for each in row]
        theirs = rows.split(self.style.mark)
        if len(theirs) != len(ours) + 1:
            raise ValueError("A value that the database wrote looks like a mark of ours.")
        woven = [b""] * (len(theirs) + len(ours))
        woven[::2], woven[1::2] = theirs, ours
        return b"".join(woven)


def _person(model: Any) -> Any:
    """Whose data a row is, as the declaration says; nobody's is nobody's."""
    paths = [F(path) for path in subject_lookups(model)]
    if len(paths) > 1:
        return Coalesce(*paths, output_field=UUIDField())
    return paths[0] if paths else Value(None, UUIDField())


def _bytes(column: Sequence[bytes]) -> list[bytes | None]:
    return [unhexlify(each[HEX]) if each else None for each in column]


def _written(field: CustomField, value: Any) -> Any:
    """A custom value in the form in which it is stored as text; choices as lists of codes."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return list(value) if isinstance(value, tuple) else field.kind.to_text(value)
