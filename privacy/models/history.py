"""How a Record's history is kept: copied as it lies there, blind indexes left out, the actor beside it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connections, models, router
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from privacy import actor
from privacy.enums import ActorKind, Via
from privacy.vault.fields import BlindIndexField, SealedField, raw_values

DELETED = "-"
CHANGED = "~"


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
        return [field for field in kept if not isinstance(field, BlindIndexField) and not _is_hash(field)]

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
        _copy(model, [instance.pk], values, using)


def keep(model: Any, ids: Sequence[Any]) -> None:
    """Put many rows that were changed alike into history, as they stand."""
    values = {**_who(), "history_type": CHANGED, "history_date": actor.now(), "history_change_reason": None}
    _copy(model, ids, values)


def _copy(model: Any, ids: Sequence[Any], values: dict[str, Any], using: str | None = None) -> None:
    with connections[using or router.db_for_write(model)].cursor() as cursor:
        cursor.execute(_copy_of(model, tuple(values)), [*values.values(), list(ids)])


def stamp(sender: Any, history_instance: Any, **_: Any) -> None:
    """Receiver of ``pre_create_historical_record``: writes down who acts."""
    if isinstance(history_instance, HistoryEntry):
        for name, value in _who().items():
            setattr(history_instance, name, value)


def _who() -> dict[str, Any]:
    who = actor.current()
    return {"actor_kind": who.kind, "actor_id": who.id, "via": who.via}


@cache
def _copy_of(model: Any, names: tuple[str, ...]) -> str:
    """The statement that copies a row into history as it stands; sealed values don't leave the database."""
    history = model.history.model
    kept = [field.name for field in history.tracked_fields]
    into = [f'"{history._meta.get_field(name).column}"' for name in [*kept, *names]]
    taken = [f'"{model._meta.get_field(name).column}"' for name in kept] + ["%s"] * len(names)
    return (
        f'INSERT INTO "{history._meta.db_table}" ({", ".join(into)})'  # noqa: S608  (names of ours)
        f' SELECT {", ".join(taken)} FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = ANY(%s)'
    )


def _no_user(historical_instance: Any, **_: Any) -> None:
    return None


def _ignore_user(historical_instance: Any, user: Any) -> None:
    return None


def _is_hash(field: models.Field) -> bool:
    """Django's password column: a hash has no place in history."""
    return field.name == "password" and isinstance(field, models.CharField)
