"""The ways of writing records down: CSV for spreadsheets, JSON for programs. Rows in, bytes out, in portions."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, islice
from typing import Any

from privacy.formulas import harmless
from privacy.models import Format

Portions = Iterable[list[tuple[Any, ...]]]
UTF8 = ("utf-8", "replace")  # halves of characters from broken mails can't be written
BOM = b"\xef\xbb\xbf"  # without it, spreadsheets take UTF-8 for something else

CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.LINES: "application/x-ndjson",
    Format.ARRAY: "application/json",
}


def write(kind: Format, names: Sequence[str], free: Sequence[bool], portions: Portions) -> Iterator[bytes]:
    """The file in pieces. ``free`` says in which columns anything could stand: there formulas are made harmless."""
    if kind == Format.CSV:
        return _csv(names, free, portions)
    return _lines(names, portions) if kind == Format.LINES else _array(names, portions)


def table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file, in pieces of some rows; formulas are made harmless wherever they stand."""
    rows = iter(rows)
    yield BOM + _table([names])
    while portion := list(islice(rows, 500)):
        yield _table([harmless(_joined(cell)) for cell in row] for row in portion)


def _csv(names: Sequence[str], free: Sequence[bool], portions: Portions) -> Iterator[bytes]:
    yield BOM + _table([tuple(names)])
    places = list(compress(range(len(names)), free))
    for rows in portions:
        yield _table(_safe(row, places) for row in rows)


def _safe(row: tuple[Any, ...], places: list[int]) -> list[Any]:
    cells = list(row)
    for place in places:
        cells[place] = harmless(_joined(cells[place]))
    return cells


def _joined(value: Any) -> Any:
    """A list, or whatever else no cell can hold, as text."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _table(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue().encode(*UTF8)


def _lines(names: Sequence[str], portions: Portions) -> Iterator[bytes]:
    for rows in portions:
        yield "".join([f"{_object(names, row)}\n" for row in rows]).encode(*UTF8)


def _array(names: Sequence[str], portions: Portions) -> Iterator[bytes]:
    opening = "[\n"
    for rows in portions:
        yield (opening + ",\n".join([_object(names, row) for row in rows])).encode(*UTF8)
        opening = ",\n"
    yield b"\n]\n" if opening != "[\n" else b"[]\n"


def _object(names: Sequence[str], row: Sequence[Any]) -> str:
    return ENCODE(dict(zip(names, row, strict=True)))


ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
