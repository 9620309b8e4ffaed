"""How a Record's history is kept: ciphertext as it is, blind indexes left out, the actor beside it."""

from functools import cache
from typing import Any

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from privacy import actor
from privacy.enums import ActorKind, Via
from privacy.vault.fields import BlindIndexField, SealedField, raw_values


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
        with raw_values():
            super().create_historical_record(instance, history_type, using)


def stamp(sender: Any, history_instance: Any, **_: Any) -> None:
    """Receiver of ``pre_create_historical_record``: writes down who acts."""
    if isinstance(history_instance, HistoryEntry):
        who = actor.current()
        history_instance.actor_kind, history_instance.actor_id = who.kind, who.id
        history_instance.via = who.via


def _no_user(historical_instance: Any, **_: Any) -> None:
    return None


def _ignore_user(historical_instance: Any, user: Any) -> None:
    return None


def _is_hash(field: models.Field) -> bool:
    """Django's password column: a hash has no place in history."""
    return field.name == "password" and isinstance(field, models.CharField)
