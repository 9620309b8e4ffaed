"""The trail as a file: streamed, in portions, by the reader's rights."""

import csv
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from privacy.enums import Category
from privacy.formulas import harmless
from privacy.telling.trail import Line, lines

PORTION = 500
CATEGORIES = (
    Category.IDENTITY,
    Category.CONTACT,
    Category.CONTENT,
    Category.PREFERENCE,
)  # what sentences tell
COLUMNS = ("event", "moment", "who", "act", "text", "module", "record", "record_id", "via", "cause")


def as_csv(events: Any, viewer: Any) -> Iterator[str]:
    """Comma-separated, a heading first; nothing in it is taken for a formula by a spreadsheet."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in _rows(events, viewer):
        yield writer.writerow([harmless(value) for value in row.values()])


def as_json(events: Any, viewer: Any) -> Iterator[str]:
    """A list of objects."""
    opening = "["
    for row in _rows(events, viewer):
        yield opening + json.dumps(row, ensure_ascii=False)
        opening = ",\n"
    yield "]" if opening != "[" else "[]"


def _rows(events: Any, viewer: Any) -> Iterator[dict[str, Any]]:
    found = events.order_by("-moment", "-id").iterator(chunk_size=PORTION)
    while portion := list(islice(found, PORTION)):
        for line in lines(portion, viewer):
            yield _row(line)


def _row(line: Line) -> dict[str, Any]:
    event = line.event
    values = (
        event.pk,
        event.moment.isoformat(),
        line.who,
        event.act,
        line.text,
        line.module,
        line.record,
        str(event.object_id or ""),
        event.via,
        event.cause,
    )
    return dict(zip(COLUMNS, values, strict=True))


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
