"""Removing rows for good: with all that belongs to them, in sets, whatever refers to them.

References that may be empty are emptied; history of the removed goes too, history of others stays as it was.
Foreign keys are checked when a transaction ends, so wholes go first: nobody hangs another part on them meanwhile.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db import connection, connections, models, router, transaction
from django.utils.translation import gettext as _

from privacy import audit
from privacy.belonging import Bond, belonging, holding, is_person, naming, referring
from privacy.models import EndedPerson
from privacy.models.bulk import as_array, batches
from privacy.registry import history_of
from privacy.vault import keys
from privacy.vault.files import SealedFileField

BATCH = 2_000
Choice = tuple[tuple[Any, Any], ...]  # models, each with the field by which its rows are chosen


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
    column, pk = _quoted(bond.field), _quoted(bond.model._meta.pk)
    statement = f"SELECT {pk}::text FROM {{table}} WHERE {column} = ANY(%s) LIMIT {BATCH}"  # noqa: S608  (names of ours)
    return [pk for (pk,) in _execute(bond.model, statement, as_array(ids))]


def _remove_at_once(model: type[models.Model], ids: Sequence[Any]) -> Counter[str]:
    removed: dict[Any, list[str]] = defaultdict(list)
    with transaction.atomic(using=router.db_for_write(model)):
        waiting: list[tuple[Choice, str]] = [(((model, model._meta.pk),), as_array(ids))]
        while waiting:
            for each, gone in _delete(*waiting.pop(0)).items():
                removed[each] += gone
                theirs = as_array(gone)
                if bonds := belonging(each):
                    waiting.append((tuple((bond.model, bond.field) for bond in bonds), theirs))
                for bond in referring(each):
                    _empty(bond, theirs)
        for each, gone in removed.items():
            _forget(each, gone)
        _unname([pk for each, gone in removed.items() if _has_uuid(each) for pk in gone])
    return Counter({each._meta.label: len(gone) for each, gone in removed.items()})


def _delete(choice: Choice, values: str) -> dict[Any, list[str]]:
    """Delete the rows whose key is one of the values, and their history; returns the ids of the gone, by model."""
    gone: dict[Any, list[str]] = defaultdict(list)
    files: dict[Any, set[str]] = defaultdict(set)
    for number, pk, names in _execute(choice[0][0], _deletion(choice), values):
        model = choice[number][0]
        gone[model].append(pk)
        files[model].update(filter(None, names or ()))
    for model, names in files.items():
        if names:
            transaction.on_commit(partial(_delete_files, _file_fields(model)[0].storage, names))
    return gone


@cache
def _deletion(choice: Choice) -> str:
    """One statement that deletes rows of these models with their history: which of them, ids, names of their files."""
    kind = choice[0][1].db_type(connection)
    steps, found = [f"named AS (SELECT unnest(%s::{kind}[]) AS id)"], []
    for n, (model, key) in enumerate(choice):
        pk = _quoted(model._meta.pk)
        steps.append(
            f'gone{n} AS (DELETE FROM "{model._meta.db_table}" AS e USING named'  # noqa: S608  (names of ours)
            f" WHERE e.{_quoted(key)} = named.id RETURNING e.*)"
        )
        if (history := history_of(model)) is not None:
            past = f'DELETE FROM "{history._meta.db_table}" AS e USING gone{n} AS g WHERE e."id" = g.{pk}'  # noqa: S608
            steps.append(f"past{n} AS ({past})")
        files = ", ".join(f"{_quoted(field)}::text" for field in _file_fields(model))
        found.append(f"SELECT {n}, {pk}::text, {f'ARRAY[{files}]' if files else 'NULL::text[]'} FROM gone{n}")  # noqa: S608
    return f"WITH {', '.join(steps)} {' UNION ALL '.join(found)}"


def _empty(bond: Bond, ids: str) -> None:
    """Let rows that stay point nowhere."""
    column = _quoted(bond.field)
    statement = f"UPDATE {{table}} SET {column} = NULL WHERE {column} = ANY(%s)"  # noqa: S608  (names of ours)
    _execute(bond.model, statement, ids)


def _forget(model: type[models.Model], gone: list[str]) -> None:
    """What else the removal of these rows means: its trace, the keys of persons."""
    if history_of(model) is not None:  # what keeps no history came without a trace, and goes without one
        audit.record_rows(audit.Deed.PURGE, model, gone)
    if _has_uuid(model) and is_person(model):
        persons = [UUID(each) for each in gone]
        EndedPerson.objects.bulk_create(map(EndedPerson, persons), ignore_conflicts=True)
        transaction.on_commit(partial(end_keys, persons))


def _unname(gone: list[str]) -> None:
    """Delete what names rows that are gone: one statement, whatever they were."""
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(_unnaming(), [as_array(gone)])


@cache
def _unnaming() -> str:
    deletions = (
        f'named{n} AS (DELETE FROM "{model._meta.db_table}" USING gone WHERE "{column}" = gone.pk)'  # noqa: S608
        for n, (model, column) in enumerate(naming())
    )
    return f"WITH gone AS (SELECT unnest(%s::uuid[]) AS pk), {', '.join(deletions)} SELECT 1"


def _has_uuid(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.UUIDField)


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
