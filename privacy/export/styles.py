"""How a record is written down: what the database writes of it, and what becomes of a value that we open.

The database writes whole rows; where a value is ours to write stands a mark that nothing else can be.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from privacy.export.columns import Column
from privacy.formulas import SUSPECT, harmless
from privacy.models import Format

UTF8 = ("utf-8", "replace")  # halves of characters from broken mails can't be written
BOM = b"\xef\xbb\xbf"  # without it, spreadsheets take UTF-8 for something else
ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
MOST_PARTS = 100  # that a function of PostgreSQL's takes


class Csv:
    """For spreadsheets: every text in quotes, no cell taken for a formula."""

    content_type = "text/csv; charset=utf-8"
    mark = "\x02"

    def line(self, columns: Sequence[Column]) -> str:
        """SQL that writes a row of ``i``, the columns as they were read; what is NULL stays empty."""
        cells = [self._cell(f"i.c{n}::text", each) for n, each in enumerate(columns)]
        return _concat([part for cell in cells for part in ("','", cell)][1:])

    def cells(self, values: Iterable[Any]) -> list[str]:
        """Values of ours."""
        return [_quoted(each) if isinstance(each, str) else _unquoted(each) for each in values]

    def file(self, names: Sequence[str], portions: Iterable[bytes]) -> Iterator[bytes]:
        """The portions as a whole file."""
        yield BOM + ",".join(self.cells(names)).encode(*UTF8) + b"\n"
        yield from portions

    def _cell(self, text: str, column: Column) -> str:
        if not column.is_ready:
            return _literal(self.mark)
        if column.is_bare:
            return text
        escaped = text if column.is_plain else f"""replace({text}, '"', '""')"""
        return f"""'"' || {escaped} || '"'"""


class Lines:
    """JSON for programs, a record a line: nothing in it is changed."""

    content_type = "application/x-ndjson"
    mark = r'"\u0002"'

    def line(self, columns: Sequence[Column]) -> str:
        names = [("," if n else "{") + ENCODE(each.name) + ":" for n, each in enumerate(columns)]
        values = [self._value(f"i.c{n}", each) for n, each in enumerate(columns)]
        pairs = zip(map(_literal, names), values, strict=True)
        return _concat([*(part for pair in pairs for part in pair), "'}'"])

    def cells(self, values: Iterable[Any]) -> list[str]:
        return [ENCODE(each) for each in values]

    def file(self, names: Sequence[str], portions: Iterable[bytes]) -> Iterator[bytes]:
        yield from portions

    def _value(self, value: str, column: Column) -> str:
        if not column.is_ready:
            return _literal(self.mark)
        written = f"""'"' || {value}::text || '"'""" if column.is_plain else f"to_json({value})::text"
        return f"coalesce({written}, 'null')"


class Array(Lines):
    """The same as one list."""

    content_type = "application/json"

    def file(self, names: Sequence[str], portions: Iterable[bytes]) -> Iterator[bytes]:
        before = b"[\n"
        for portion in portions:
            yield before + portion[:-1].replace(b"\n", b",\n")
            before = b",\n"
        yield b"\n]\n" if before != b"[\n" else b"[]\n"


Style = Csv | Lines
STYLES: dict[Format, Style] = {Format.CSV: Csv(), Format.LINES: Lines(), Format.ARRAY: Array()}


def _concat(parts: Sequence[str]) -> str:
    """SQL that puts texts together, leaving out what is NULL."""
    if len(parts) > MOST_PARTS:
        parts = [_concat(parts[n : n + MOST_PARTS]) for n in range(0, len(parts), MOST_PARTS)]
    return f"concat({', '.join(parts)})"


def _literal(text: str) -> str:
    """A text within a statement that is given values, too."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _quoted(text: str) -> str:
    if text and (
        text[0] in SUSPECT or ";" in text
    ):  # what harmless asks first; a call for each value is dear
        text = harmless(text)
    if '"' in text:
        text = text.replace('"', '""')
    return f'"{text}"'


def _unquoted(value: Any) -> str:
    """What is no text: nothing, a number, yes or no; lists and objects are written as one."""
    if value is None:
        return ""
    if isinstance(value, int):
        return ENCODE(value)
    return _quoted(", ".join(map(str, value)) if isinstance(value, list) else ENCODE(value))
