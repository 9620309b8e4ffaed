"""Who is in an export: kept so that each person can be told (Art. 15 (1) c GDPR), at sixteen bytes a person.

Noted portion by portion while the file is made; at its end the database sorts the notes, so that nobody is in two of
them and one person is looked up by an index, however many there are.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery

from privacy.models import DisclosedPeople, Disclosure, ExportJob
from privacy.models.bulk import as_array

TABLE = DisclosedPeople._meta.db_table
PEOPLE_A_ROW = 500
REMEMBERED = 20_000
NOTE = f"INSERT INTO {TABLE} (parcel_id, lowest, people) VALUES (%s, %s, %s)"  # noqa: S608  (names of ours)
SETTLE = f"""
    WITH noted AS (DELETE FROM {TABLE} WHERE parcel_id = %(parcel)s RETURNING people),
    person AS (SELECT DISTINCT unnest(people) AS id FROM noted),
    numbered AS (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {PEOPLE_A_ROW} AS row FROM person)
    INSERT INTO {TABLE} (parcel_id, lowest, people)
    SELECT %(parcel)s, (array_agg(id ORDER BY id))[1], array_agg(id ORDER BY id) FROM numbered GROUP BY row
"""  # noqa: S608  (names of ours)


def write_down(
    module: str, kind: str, *, by: Any, rows: int, categories: Iterable[str], parcel_id: UUID | None = None
) -> None:
    """``by`` takes records out of the house; a parcel counts once, however often it is fetched."""
    what = {"by_id": by.pk, "module": module, "format": kind, "rows": rows, "categories": list(categories)}
    if parcel_id is None:
        Disclosure.objects.create(**what)
    else:
        Disclosure.objects.get_or_create(parcel_id=parcel_id, defaults=what)


class People:
    """Who is in a parcel, noted while it is made."""

    def __init__(self, parcel_id: UUID) -> None:
        self.parcel_id = parcel_id
        self.noted: set[str] = set()  # who needn't be noted again; of very many, the latest

    def note(self, people: set[str]) -> None:
        """These people (uuids as text) are in it, besides others."""
        if missing := list(people - self.noted):
            with connection.cursor() as cursor:
                cursor.execute(NOTE, [self.parcel_id, missing[0], as_array(missing)])
        self.noted = people | (self.noted if len(self.noted) < REMEMBERED else set())

    def settle(self) -> None:
        """All are noted: sort them, each once."""
        with connection.cursor() as cursor:
            cursor.execute(SETTLE, {"parcel": self.parcel_id})


def begin(parcel_id: UUID) -> People:
    """Nobody is noted yet; what a killed process noted goes."""
    DisclosedPeople.objects.filter(parcel_id=parcel_id).delete()
    return People(parcel_id)


def disclosures_of(person_id: UUID) -> Any:
    """The exports that were fetched, and that the person is in."""
    rows = DisclosedPeople.objects.filter(parcel_id=OuterRef("parcel_id"), lowest__lte=person_id)
    near: Any = Subquery(rows.order_by("-lowest").values("people")[:1])
    found: Any = Disclosure.objects.exclude(parcel_id=None).alias(near=near)
    return found.filter(near__contains=[person_id])


def forget(before: datetime) -> int:
    """Remove who was in exports that were fetched before this moment, or that nobody will fetch; returns rows."""
    fetched = Disclosure.objects.filter(parcel_id=OuterRef("parcel_id"), moment__gte=before)
    waiting = ExportJob.everything.filter(pk=OuterRef("parcel_id"))
    over = DisclosedPeople.objects.filter(~Exists(fetched), ~Exists(waiting))
    return over.delete()[0]
