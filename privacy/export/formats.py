"""CSV of rows that we write ourselves, piece by piece: the tables of a person's package."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from privacy.export.styles import BOM, UTF8
from privacy.formulas import harmless

PORTION = 500


def table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file, in pieces of some rows; formulas are made harmless wherever they stand."""
    rows = iter(rows)
    yield BOM + _table([names])
    while portion := list(islice(rows, PORTION)):
        yield _table([harmless(_joined(cell)) for cell in row] for row in portion)


def _joined(value: Any) -> Any:
    """A list, or whatever else no cell can hold, as text."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _table(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue().encode(*UTF8)
