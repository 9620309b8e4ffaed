"""How a record is written down: what the database writes of it, and what becomes of a value that we open.

The database writes whole rows; where a value is ours to write stands a mark that nothing else can be.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from privacy.export.columns import Column
from privacy.formulas import harmless
from privacy.models import Format

UTF8 = ("utf-8", "replace")  # halves of characters from broken mails can't be written
BOM = b"\xef\xbb\xbf"  # without it, spreadsheets take UTF-8 for something else
ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class Csv:
    """For spreadsheets: every text in quotes, no cell taken for a formula."""

    content_type = "text/csv; charset=utf-8"
    separator = b","
    mark = b"\x02"

    def options(self, columns: Sequence[Column]) -> str:
        """How COPY writes a row."""
        texts = [f"c{n}" for n, each in enumerate(columns) if each.is_ready and not each.is_bare]
        return "FORMAT csv" + (f", FORCE_QUOTE ({', '.join(texts)})" if texts else "")

    def row(self, columns: Sequence[Column]) -> str:
        """What is selected of ``i``, the columns as they were read; yes and no are written out."""
        return ", ".join(
            (f"i.c{n}::text" if each.is_bare else f"i.c{n}") if each.is_ready else r"E'\x02'"
            for n, each in enumerate(columns)
        )

    def beside(self, columns: Sequence[Column]) -> str:
        """What else it is selected from."""
        return ""

    def cells(self, values: Iterable[Any]) -> list[bytes]:
        """Values of ours."""
        return [_quoted(each) if isinstance(each, str) else _unquoted(each) for each in values]

    def file(self, names: Sequence[str], portions: Iterable[bytes]) -> Iterator[bytes]:
        """The portions as a whole file."""
        yield BOM + b",".join(self.cells(names)) + b"\n"
        yield from portions


class Lines:
    """JSON for programs, a record a line: nothing in it is changed."""

    content_type = "application/x-ndjson"
    separator = b"\x01"
    mark = rb'"\u0002"'

    def options(self, columns: Sequence[Column]) -> str:
        """No character of these occurs in JSON, so nothing is put in quotes once more."""
        return r"FORMAT csv, DELIMITER E'\x01', QUOTE E'\x03'"

    def row(self, columns: Sequence[Column]) -> str:
        return "row_to_json(r)"

    def beside(self, columns: Sequence[Column]) -> str:
        said = (f"i.c{n}" if each.is_ready else r"E'\x02'::text" for n, each in enumerate(columns))
        named = (f'{what} AS "{each.name}"' for what, each in zip(said, columns, strict=True))
        return f" CROSS JOIN LATERAL (SELECT {', '.join(named)}) AS r"

    def cells(self, values: Iterable[Any]) -> list[bytes]:
        return [ENCODE(each).encode(*UTF8) for each in values]

    def file(self, names: Sequence[str], portions: Iterable[bytes]) -> Iterator[bytes]:
        yield from portions


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


def _quoted(text: str) -> bytes:
    text = harmless(text)
    if '"' in text:
        text = text.replace('"', '""')
    return f'"{text}"'.encode(*UTF8)


def _unquoted(value: Any) -> bytes:
    """What is no text: nothing, a number, yes or no; lists and objects are written as one."""
    if value is None:
        return b""
    if isinstance(value, int):
        return ENCODE(value).encode()
    return _quoted(", ".join(map(str, value)) if isinstance(value, list) else ENCODE(value))
