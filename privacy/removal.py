"""Removing rows for good: with all that belongs to them, in sets, whatever refers to them.

References that may be empty are emptied; history of the removed goes too, history of others stays as it was.
Foreign keys are checked when a transaction ends, so wholes go first: nobody hangs another part on them meanwhile.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db import connections, models, router, transaction
from django.utils.translation import gettext as _

from privacy import audit
from privacy.belonging import Bond, belonging, holding, is_person, naming, referring
from privacy.models import EndedPerson
from privacy.models.bulk import as_array, batches
from privacy.registry import history_of
from privacy.vault import keys
from privacy.vault.files import SealedFileField

BATCH = 2_000


class StillNeeded(ValueError):
    """Something that stays points to this row; the text says what."""


def remove(model: type[models.Model], ids: Iterable[Any]) -> Counter[str]:
    """Remove the rows with these ids and all that belongs to them; returns how many went, by model label.

    Each batch is a transaction of its own, and what isn't there is no error: killed at any point, it can be
    called again. Files and keys go after their rows; ``retention`` sweeps what a kill left of them.
    Raises StillNeeded, and then has left the batch concerned as it was.
    """
    removed: Counter[str] = Counter()
    for batch in batches(list(ids), BATCH):
        _check_unneeded(model, batch)
        for bond in belonging(model):
            if not bond.is_part:  # a person's tickets, say: many, and each with much of its own
                while theirs := _bound_to(bond, batch):
                    removed += remove(bond.model, theirs)
        removed += _remove_at_once(model, batch)
    return removed


def end_keys(persons: Sequence[UUID]) -> None:
    """Destroy the keys of persons whose rows are gone; doing it again changes nothing."""
    keys.destroy_all(persons)
    EndedPerson.objects.filter(pk__in=persons).delete()


def _check_unneeded(model: type[models.Model], ids: Sequence[Any]) -> None:
    for bond in holding(model):
        if bond.model._base_manager.filter(**{f"{bond.field.name}__in": ids}).exists():
            text = _("{things} still refer to this.").format(things=bond.model._meta.verbose_name_plural)
            raise StillNeeded(text)


def _bound_to(bond: Bond, ids: Sequence[Any]) -> list[Any]:
    rows = bond.model._base_manager.filter(**{f"{bond.field.name}__in": ids})
    return list(rows.order_by().values_list("pk", flat=True)[:BATCH])


def _remove_at_once(model: type[models.Model], ids: Sequence[Any]) -> Counter[str]:
    removed: dict[Any, list[str]] = defaultdict(list)
    with transaction.atomic(using=router.db_for_write(model)):
        waiting: list[tuple[Any, Any, str]] = [(model, model._meta.pk, as_array(ids))]
        while waiting:
            each, key, values = waiting.pop(0)
            if gone := _delete(each, key, values):
                removed[each] += gone
                theirs = as_array(gone)
                waiting += [(bond.model, bond.field, theirs) for bond in belonging(each)]
                for bond in referring(each):
                    _empty(bond, theirs)
        for each, gone in removed.items():
            _forget(each, gone)
    return Counter({each._meta.label: len(gone) for each, gone in removed.items()})


def _delete(model: type[models.Model], key: Any, values: str) -> list[str]:
    """Delete the rows whose ``key`` is one of the values, and their history; returns the ids of the gone."""
    files = _file_fields(model)
    rows = _execute(model, _deletion(model, key), values)
    if names := {name for row in rows for name in row[1:] if name}:
        transaction.on_commit(partial(_delete_files, files[0].storage, names))
    return [row[0] for row in rows]


@cache
def _deletion(model: type[models.Model], key: Any) -> str:
    """The statement that deletes rows with their history, and returns their ids and the names of their files."""
    pk = _quoted(model._meta.pk)
    columns = ", ".join([f"{pk}::text", *map(_quoted, _file_fields(model))])  # no objects made of many ids
    past = ""
    if (history := history_of(model)) is not None:
        past = f', past AS (DELETE FROM "{history._meta.db_table}" AS e USING gone WHERE e."id" = gone.{pk})'  # noqa: S608
    return (
        f"WITH gone AS (DELETE FROM {{table}} WHERE {_quoted(key)} = ANY(%s) RETURNING *){past}"  # noqa: S608
        f" SELECT {columns} FROM gone"
    )


def _empty(bond: Bond, ids: str) -> None:
    """Let rows that stay point nowhere."""
    column = _quoted(bond.field)
    statement = f"UPDATE {{table}} SET {column} = NULL WHERE {column} = ANY(%s)"  # noqa: S608  (names of ours)
    _execute(bond.model, statement, ids)


def _forget(model: type[models.Model], gone: list[str]) -> None:
    """What else the removal of these rows means: its trace, what names them, the keys of persons."""
    if history_of(model) is not None:  # what keeps no history came without a trace, and goes without one
        audit.record_rows(audit.Deed.PURGE, model, gone)
    if not isinstance(model._meta.pk, models.UUIDField):
        return
    for named, column in naming():
        _execute(named, f'DELETE FROM {{table}} WHERE "{column}" = ANY(%s)', as_array(gone))  # noqa: S608
    if is_person(model):
        persons = [UUID(each) for each in gone]
        EndedPerson.objects.bulk_create(map(EndedPerson, persons), ignore_conflicts=True)
        transaction.on_commit(partial(end_keys, persons))


def _delete_files(storage: Any, names: Iterable[str]) -> None:
    for name in names:
        storage.delete(name)


def _execute(model: type[models.Model], statement: str, ids: str) -> list[tuple[Any, ...]]:
    with connections[router.db_for_write(model)].cursor() as cursor:
        cursor.execute(statement.format(table=f'"{model._meta.db_table}"'), [ids])
        return list(cursor.fetchall()) if cursor.description else []


@cache
def _file_fields(model: type[models.Model]) -> tuple[SealedFileField, ...]:
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, SealedFileField))


def _quoted(field: Any) -> str:
    return f'"{field.column}"'
