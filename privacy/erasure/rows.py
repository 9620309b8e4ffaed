"""The rows of an erased person: removed, or left without anything that says whose they are. Safe to repeat."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from privacy import people, removal
from privacy.erasure import treatment
from privacy.erasure.treatment import Treatment
from privacy.registry import history_of
from privacy.vault import keys

BATCH = 1_000
STRAY = "({column} IS NOT NULL AND substring({column} from 3 for 16) <> ALL(%(own)s))"  # see vault.cipher


def clear(ids: Sequence[UUID], *, spares_ways_to_reach: bool) -> Iterator[int]:
    """Treat all rows that are these people's data; yields after each committed batch how many it looked at."""
    own = key_ids(ids)
    for model in people.models_about_them():
        treated = treatment.of(model)
        if not (spares_ways_to_reach and treated.is_way_to_reach):
            yield from _clear_model(treated, ids, own)


def hide(ids: Sequence[UUID]) -> int:
    """Nobody is found by what reaches these people any more; what it says stays until they have been told."""
    return sum(
        _hide(treated, ids)
        for treated in map(treatment.of, people.models_about_them())
        if treated.is_way_to_reach
    )


def key_ids(persons: Sequence[UUID]) -> list[bytes]:
    """The ids of the keys that are about to be destroyed, as they stand in ciphertext."""
    return [key_id.bytes for person in persons for key_id in keys.ids_of(person)]


def empty(treated: Treatment, ids: Sequence[UUID], own: list[bytes]) -> None:
    """Empty what has to be emptied in these rows and in their history, and what other keys would still open."""
    with transaction.atomic():
        for holder in filter(None, (treated.model, history_of(treated.model))):
            names = {field.name for field in holder._meta.concrete_fields}
            for field in treated.empties:
                if field.name in names:
                    blank = None if field.null else field.get_default()
                    filled: Any = QuerySet(holder).filter(id__in=ids).exclude(**{field.name: blank})
                    filled.update(**{field.name: blank})
            _empty_strays(holder, treated, ids, own)


def _clear_model(treated: Treatment, persons: Sequence[UUID], own: list[bytes]) -> Iterator[int]:
    if not (treated.removes or treated.empties or treated.sealed):
        return
    rows = people.rows_about(treated.model, persons).values_list("pk", flat=True)
    for batch in _batches(list(rows)):
        if treated.removes:
            removal.remove(treated.model, batch)
        else:
            empty(treated, batch, own)
        yield len(batch)


def _hide(treated: Treatment, persons: Sequence[UUID]) -> int:
    found = people.rows_about(treated.model, persons)
    return sum(
        QuerySet(treated.model).filter(pk__in=found.values("pk")).update(**{field.name: None})
        for field in treated.empties
    )


def _empty_strays(holder: Any, treated: Treatment, ids: Sequence[UUID], own: list[bytes]) -> None:
    """Values that were sealed under somebody else's key would stay readable: they are emptied. There are few."""
    quote = connection.ops.quote_name
    table = quote(holder._meta.db_table)
    columns = [quote(holder._meta.get_field(field.name).column) for field in treated.sealed]
    foreign = {column: STRAY.format(column=column) for column in columns}
    if not foreign:
        return
    with connection.cursor() as cursor:
        any_of_them = " OR ".join(foreign.values())
        given: dict[str, Any] = {"ids": list(ids), "own": own}
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%(ids)s) AND ({any_of_them})", given)  # noqa: S608
        strays = [row[0] for row in cursor.fetchall()]
        for column, condition in foreign.items() if strays else ():
            cursor.execute(
                f"UPDATE {table} SET {column} = NULL WHERE id = ANY(%(ids)s) AND {condition}",  # noqa: S608
                {"ids": strays, "own": own},
            )


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
