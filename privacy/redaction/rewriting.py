"""Rewriting sealed values where they lie, in rows and in their history: nothing of what was there is left to read.

No entry is added to history: it would keep what has to go. The trace is an audit event, which names no value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from privacy import audit
from privacy.enums import Deed
from privacy.registry import history_of
from privacy.vault.fields import Ciphertext, is_erased

Black = Callable[[str], tuple[str, int]]
"""Of a text: the text without what has to go, and in how many places it stood."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is to be rewritten: of a row, or of an entry of its history."""

    holder: Any
    model: Any
    pk: Any
    row_id: UUID
    name: str
    value: Ciphertext
    places: int

    @property
    def is_history(self) -> bool:
        return self.holder is not self.model


def changes(model: Any, ids: Sequence[UUID], how: Mapping[str, Black]) -> list[Change]:
    """What would be rewritten in these rows and their history; ``how`` names the fields. Changes nothing.

    Entries that hold the same ciphertext get the same new one: history shows no change where there was none.
    """
    found: list[Change] = []
    known: dict[tuple[str, bytes], tuple[Ciphertext, int]] = {}
    for holder in filter(None, (model, history_of(model))):
        rows: Any = QuerySet(holder).filter(id__in=ids).order_by().values_list("pk", "id", *how)
        for pk, row_id, *values in list(rows):
            for (name, black), value in zip(how.items(), values, strict=True):
                if value is None:
                    continue
                if (name, value) not in known:
                    known[name, value] = _blacked(model._meta.get_field(name), value, row_id, black)
                new, places = known[name, value]
                if places:
                    found.append(Change(holder, model, pk, row_id, name, new, places))
    return found


@transaction.atomic
def carry_out(found: Iterable[Change], *, by: Any) -> None:
    """Write them; each row leaves a trace in the audit that says who and which fields, and never what."""
    fields: dict[tuple[Any, UUID], set[str]] = {}
    for change in found:
        QuerySet(change.holder).filter(pk=change.pk).update(**{change.name: change.value})
        fields.setdefault((change.model, change.row_id), set()).add(change.name)
    for (model, row_id), names in fields.items():
        row = model._base_manager.filter(pk=row_id).first()
        audit.record(Deed.REDACT, row, by=by, fields=names)


def _blacked(field: Any, value: Ciphertext, row_id: UUID, black: Black) -> tuple[Ciphertext, int]:
    text = field.open_value(value, row_id)
    if is_erased(text):
        return value, 0
    new, places = black(text)
    return (field.resealed(value, row_id, new), places) if places else (value, 0)
