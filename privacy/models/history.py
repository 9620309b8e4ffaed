"""How a Record's history is kept: copied as it lies there, blind indexes left out, the actor beside it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, models, router
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from privacy import actor
from privacy.declaration import INSTALLATION, SELF, subject_paths
from privacy.enums import ActorKind, Deed, Via
from privacy.models.audit import AuditEvent
from privacy.registry import is_hash
from privacy.vault.fields import BlindIndexField, SealedField, raw_values

ADDED = "+"
DELETED = "-"
CHANGED = "~"
BOOKKEEPING = frozenset({"id", "created_at", "updated_at", "deleted_at", "deleted_by"})


class Told(NamedTuple):
    """What history and audit tell of a change besides the row itself: who, through which door, when, and why."""

    actor_kind: str
    actor_id: UUID | None
    via: str
    moment: datetime
    cause: str
    cause_id: UUID | None


def told_now() -> Told:
    """As things stand at this moment."""
    who, reason = actor.current(), actor.reason()
    return Told(who.kind, who.id, who.via, actor.now(), reason.cause, reason.id)


class HistoryEntry(models.Model):
    """What every entry knows besides the row's values: who, through which door."""

    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices, default=ActorKind.SYSTEM)
    actor_id = models.UUIDField(null=True)
    via = models.CharField(max_length=10, choices=Via.choices, default=Via.COMMAND)

    class Meta:
        abstract = True


class EntryManager(HistoryManager):
    """simple-history builds this class anew at every access to ``history``: a sixth of the time of a save."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class SealedHistory(HistoricalRecords):
    """simple-history that copies sealed values unopened and asks ``privacy.actor`` who acted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            bases=[HistoryEntry],
            inherit=True,
            history_manager=EntryManager,
            history_user_id_field=models.UUIDField(null=True),
            history_user_getter=_no_user,
            history_user_setter=_ignore_user,
            history_change_reason_field=models.CharField(max_length=40, null=True, choices=[]),
            **kwargs,
        )

    def fields_included(self, model: type[models.Model]) -> list[models.Field]:
        kept = super().fields_included(model)
        return [field for field in kept if not isinstance(field, BlindIndexField) and not is_hash(field)]

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        """The fields of the history table: sealed ones without their blind index."""
        fields: dict[str, models.Field] = super().copy_fields(model)
        for field in fields.values():
            if isinstance(field, SealedField):
                field.index = None
        return fields

    def get_history_user(self, instance: Any) -> None:
        return None

    def create_historical_record(self, instance: Any, history_type: str, using: Any = None) -> None:
        """Put the row into history and the change into the audit: in one statement, in the save's transaction."""
        if history_type == DELETED:  # the row is gone: its values are taken from the instance
            with raw_values():
                super().create_historical_record(instance, history_type, using)
            return
        model: Any = type(instance)
        values = {
            **_who(),
            "history_type": history_type,
            "history_date": instance._history_date,
            "history_change_reason": self.get_change_reason_for_object(instance, history_type, using),
        }
        _trace(model, [instance.pk], values, using)


def change_at_once(model: Any, ids: str, changed: dict[str, Any]) -> None:
    """Change many rows alike (``ids``: an array as PostgreSQL writes it), with their history and audit."""
    values = {**_who(), "history_type": CHANGED, "history_date": actor.now(), "history_change_reason": None}
    reason = actor.reason()
    statement = _trace_of(model, tuple(values), is_new=False, changed=tuple(changed))
    with connections[router.db_for_write(model)].cursor() as cursor:
        cursor.execute(statement, [*changed.values(), ids, *values.values(), reason.cause, reason.id])


def trace_new(model: Any, rows: Sequence[tuple[UUID, Told]]) -> None:
    """Put new rows, each with what is told of it, into history and audit: one statement for all."""
    columns = zip(*((pk, *told) for pk, told in rows), strict=True)
    with connections[router.db_for_write(model)].cursor() as cursor:
        cursor.execute(_trace_of_many(model), [list(column) for column in columns])


def _trace(model: Any, ids: Sequence[Any], values: dict[str, Any], using: str | None = None) -> None:
    reason = actor.reason()
    with connections[using or router.db_for_write(model)].cursor() as cursor:
        statement = _trace_of(model, tuple(values), is_new=values["history_type"] == ADDED)
        cursor.execute(statement, [*values.values(), list(ids), reason.cause, reason.id])


def stamp(sender: Any, history_instance: Any, **_: Any) -> None:
    """Receiver of ``pre_create_historical_record``: writes down who acts."""
    if isinstance(history_instance, HistoryEntry):
        for name, value in _who().items():
            setattr(history_instance, name, value)


def _who() -> dict[str, Any]:
    who = actor.current()
    return {"actor_kind": who.kind, "actor_id": who.id, "via": who.via}


def trace_removal(sender: Any, history_instance: Any, **_: Any) -> None:
    """Receiver of ``post_create_historical_record``: a row that went for good leaves its trace, too."""
    if issubclass(sender, HistoryEntry) and history_instance.history_type == DELETED:
        reason = actor.reason()
        AuditEvent.objects.create(
            moment=history_instance.history_date,
            **_who(),
            cause=reason.cause,
            cause_id=reason.id,
            act=Deed.PURGE,
            model=sender.instance_type._meta.label_lower,
            object_id=history_instance.id,
            history_id=history_instance.history_id,
        )


@cache
def _trace_of(model: Any, names: tuple[str, ...], *, is_new: bool, changed: tuple[str, ...] = ()) -> str:
    """The statement that copies a row into history as it stands, and tells the audit which fields changed.

    With ``changed``, it changes these fields itself, and copies what came of it.

    Sealed values don't leave the database: an unchanged one has kept its ciphertext, so bytes are compared.
    """
    history = model.history.model
    kept = [field.name for field in history.tracked_fields]
    into = [f'"{history._meta.get_field(name).column}"' for name in [*kept, *names]]
    taken = [f'"{model._meta.get_field(name).column}"' for name in kept] + ["%s"] * len(names)
    act, fields, earlier = _NEW if is_new else _differences(model, kept)
    rows = f'"{model._meta.db_table}" WHERE "{model._meta.pk.column}" = ANY(%s)'
    if changed:
        rows = "changed"
    return f"""
        WITH {_change_of(model, changed)} entry AS (
            INSERT INTO "{history._meta.db_table}" ({", ".join(into)})
            SELECT {", ".join(taken)} FROM {rows}
            RETURNING *
        )
        INSERT INTO "{AuditEvent._meta.db_table}" (moment, actor_kind, actor_id, via, cause, cause_id,
            act, model, object_id, subject_id, fields, history_id)
        SELECT entry.history_date, entry.actor_kind, entry.actor_id, entry.via, %s, %s,
            {act}, '{model._meta.label_lower}', entry.id, {_subject_in_sql(model)}, {fields}, entry.history_id
        FROM entry {earlier}
    """  # noqa: S608  (names of ours)


@cache
def _trace_of_many(model: Any) -> str:
    """The same for new rows, of each of which something else is told."""
    history = model.history.model
    columns = [f'"{field.column}"' for field in history.tracked_fields]
    return f"""
        WITH told AS (
            SELECT * FROM unnest(
                %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::uuid[]
            ) WITH ORDINALITY AS told (row_id, actor_kind, actor_id, via, moment, cause, cause_id, place)
        ), entry AS (
            INSERT INTO "{history._meta.db_table}"
                ({", ".join(columns)}, history_type, history_date, actor_kind, actor_id, via)
            SELECT {", ".join(f"new.{column}" for column in columns)},
                '{ADDED}', told.moment, told.actor_kind, told.actor_id, told.via
            FROM told JOIN "{model._meta.db_table}" AS new ON new."{model._meta.pk.column}" = told.row_id
            ORDER BY told.place
            RETURNING *
        )
        INSERT INTO "{AuditEvent._meta.db_table}" (moment, actor_kind, actor_id, via, cause, cause_id,
            act, model, object_id, subject_id, fields, history_id)
        SELECT told.moment, told.actor_kind, told.actor_id, told.via, told.cause, told.cause_id,
            '{Deed.CREATE}', '{model._meta.label_lower}', entry.id, {_subject_in_sql(model)}, '{{}}'::varchar[],
            entry.history_id
        FROM entry JOIN told ON told.row_id = entry.id ORDER BY told.place
    """  # noqa: S608  (names of ours)


def _change_of(model: Any, changed: tuple[str, ...]) -> str:
    if not changed:
        return ""
    new = ", ".join(f'"{model._meta.get_field(name).column}" = %s' for name in changed)
    table, pk = model._meta.db_table, model._meta.pk.column
    return f'changed AS (UPDATE "{table}" SET {new} WHERE "{pk}" = ANY(%s::uuid[]) RETURNING *),'  # noqa: S608


_NEW = (f"'{Deed.CREATE}'", "'{}'::varchar[]", "")


def _differences(model: Any, kept: list[str]) -> tuple[str, str, str]:
    """What was done, which fields changed, and the join with the entry before that both compare with."""
    act = f"""CASE WHEN entry.deleted_at IS NOT NULL AND before.deleted_at IS NULL THEN '{Deed.DELETE}'
                 WHEN entry.deleted_at IS NULL AND before.deleted_at IS NOT NULL THEN '{Deed.RESTORE}'
                 ELSE '{Deed.UPDATE}' END"""
    earlier = f"""LEFT JOIN LATERAL (
            SELECT * FROM "{model.history.model._meta.db_table}" AS earlier WHERE earlier.id = entry.id
            ORDER BY earlier.history_id + 0 DESC LIMIT 1  -- "+ 0": by the index on id, never along the key
        ) AS before ON true"""  # noqa: S608  (names of ours)
    return act, f"array_remove(ARRAY[{', '.join(_comparisons(model, kept))}]::varchar[], NULL)", earlier


def _comparisons(model: Any, kept: list[str]) -> list[str]:
    """For each field worth naming: its name where the value is another one than before."""
    columns = {name: model._meta.get_field(name).column for name in kept if name not in BOOKKEEPING}
    return [
        f"""CASE WHEN entry."{column}" IS DISTINCT FROM before."{column}" THEN '{name}' END"""
        for name, column in columns.items()
    ]


def _subject_in_sql(model: Any) -> str:
    """Whose data the entry is: the declared paths, followed by the database."""
    found = [_followed(model, path) for path in subject_paths(model) if path != INSTALLATION]
    return f"COALESCE({', '.join(found)})" if found else "NULL::uuid"


def _followed(model: Any, path: str) -> str:
    if path == SELF:
        return "entry.id"
    first, *rest = path.split(".")
    field = model._meta.get_field(first)
    value = f'entry."{field.column}"'
    for step in rest:
        other = field.related_model
        field = other._meta.get_field(step)
        value = f'(SELECT "{field.column}" FROM "{other._meta.db_table}" WHERE id = {value})'  # noqa: S608
    return value


def _no_user(historical_instance: Any, **_: Any) -> None:
    return None


def _ignore_user(historical_instance: Any, user: Any) -> None:
    return None
