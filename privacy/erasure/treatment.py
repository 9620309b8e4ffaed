"""What an erasure does to the rows of a model: read from its declaration."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Field

from privacy.declaration import Personal, declared, subject_paths
from privacy.enums import Category, OnErase
from privacy.models import Person
from privacy.vault.fields import BlindIndexField, SealedField
from privacy.vault.files import SealedFileField


@dataclass(frozen=True, slots=True)
class Treatment:
    """How the rows of one model are treated: removed whole, or emptied in these columns."""

    model: Any
    removes: bool
    empties: tuple[Field, ...]
    sealed: tuple[SealedField, ...]

    @property
    def is_way_to_reach(self) -> bool:
        """Whether the rows say how to reach the person: these go after the person has been told."""
        entries = [entry for entry in declared(self.model).values() if isinstance(entry, Personal)]
        directly = any("." not in path for path in subject_paths(self.model))
        return self.removes and directly and any(entry.category == Category.CONTACT for entry in entries)


def of(model: Any) -> Treatment:
    """The treatment of a model's rows."""
    entries = {name: entry for name, entry in declared(model).items() if isinstance(entry, Personal)}
    removes = any(entry.on_erase == OnErase.DELETE_ROW for entry in entries.values())
    fields = model._meta.concrete_fields
    return Treatment(
        model,
        removes and not issubclass(model, Person),
        tuple(field for field in fields if _is_emptied(field, entries.get(field.name))),
        tuple(field for field in fields if isinstance(field, SealedField)),
    )


def effect(entry: Personal, field: Field) -> OnErase:
    """What really becomes of a field: what isn't sealed can't be shredded, so it is emptied."""
    if entry.on_erase == OnErase.SHRED and not isinstance(field, SealedField | SealedFileField):
        return OnErase.CLEAR
    return entry.on_erase


def _is_emptied(field: Field, entry: Personal | None) -> bool:
    if isinstance(field, BlindIndexField):
        return True
    return entry is not None and effect(entry, field) == OnErase.CLEAR
