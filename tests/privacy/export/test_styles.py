"""What we let the database write of a row is what it would write of it by itself."""

import io
import json
from typing import Any

import pytest
from django.db import connection

from privacy.export.columns import Column
from privacy.export.styles import Csv, Lines, Style

pytestmark = pytest.mark.django_db

VALUES = [
    "'plain'::text",
    "''::text",
    """'a "b", c'::text""",
    r"E'back\\slash, 100 %% and\nanother line'::text",
    "NULL::text",
    "'2027-02-28'::date",
    "'{\"a\": [1]}'::jsonb",
]
BARE = ["4711", "-1.5e300::float8", "'NaN'::float8", "true", "NULL::bool"]
PLAIN = ["'0198e1c4-7a41-7b6d-b0f5-4d2f6f0c2f11'::uuid", "NULL::uuid"]
COLUMNS = [
    *(Column(f"v{n}", is_ready=True) for n, _ in enumerate(VALUES)),
    *(Column(f"b{n}", is_ready=True, is_bare=True) for n, _ in enumerate(BARE)),
    *(Column(f"p{n}", is_ready=True, is_plain=True) for n, _ in enumerate(PLAIN)),
]


def row(values: list[str]) -> str:
    return "SELECT " + ", ".join(f"{value} AS c{n}" for n, value in enumerate(values))


def line(style: Style, columns: list[Column], values: list[str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {style.line(columns)} FROM ({row(values)}) AS i WHERE %s", [True])
        (written,) = cursor.fetchone()
    assert isinstance(written, str)
    return written


def test_a_row_of_csv_is_as_copy_writes_it() -> None:
    texts = ", ".join(f"c{n}" for n, each in enumerate(COLUMNS) if not each.is_bare)
    plain = [f"({value})::text" for value in [*VALUES, *BARE, *PLAIN]]  # COPY has t and f for yes and no
    wanted = io.StringIO()
    with connection.cursor() as cursor:
        statement = f"COPY ({row(plain)}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE ({texts}))"
        cursor.copy_expert(statement.replace("%%", "%"), wanted)
    assert line(Csv(), COLUMNS, [*VALUES, *BARE, *PLAIN]) + "\n" == wanted.getvalue()


def test_a_row_of_json_is_as_the_database_writes_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_to_json(i)::text FROM ({row([*VALUES, *BARE, *PLAIN])}) AS i WHERE %s", [True]
        )
        (wanted,) = cursor.fetchone()
    written = line(Lines(), COLUMNS, [*VALUES, *BARE, *PLAIN])
    for n, column in enumerate(COLUMNS):
        wanted = wanted.replace(f'"c{n}":', f'"{column.name}":')
    assert written == wanted


@pytest.mark.parametrize("style", [Csv(), Lines()])
def test_a_row_may_have_any_number_of_columns(style: Style) -> None:
    many = 400
    columns = [Column(f"it's 100 % {n}", is_ready=True, is_bare=True) for n in range(many)]
    written = line(style, columns, [str(n) for n in range(many)])
    found: Any = written.split(",") if isinstance(style, Csv) else json.loads(written).values()
    assert [int(each) for each in found] == list(range(many))
