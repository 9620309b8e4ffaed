"""What a person's fields held before, from history: each value with the moment at which another took its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from privacy.access.fields import custom_fields
from privacy.custom.definitions import values_of
from privacy.declaration import Personal, declared
from privacy.export.discretion import Discretion, holds_contacts_of_others
from privacy.export.personal import PORTION, plain, portions
from privacy.models.custom import read, value_models
from privacy.registry import history_of
from privacy.vault import cipher, keys
from privacy.vault.fields import SealedField

NAMES = ("kind", "id", "field", "value", "until")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that stood in a field of a row until then."""

    kind: str
    id: str
    field: str
    value: Any
    until: str

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def earlier(model: Any, discretion: Discretion) -> Iterator[Earlier]:
    """All that the person's rows of a kind held before, by row and time.

    Only what was theirs then: a ticket that changed hands bears values under somebody else's key.
    """
    own = {key_id for pk in discretion.ids for key_id in keys.ids_of(pk)}
    for rows in portions(model, discretion):
        internal = {row.pk for row in rows if getattr(row, "is_internal", False)}
        for found in (*_of_fields(model, [row.pk for row in rows], own), *_of_custom(model, rows)):
            yield _discreet(model, found, discretion, is_internal=UUID(found.id) in internal)


def _of_fields(model: Any, ids: Sequence[Any], own: set[UUID]) -> Iterator[Earlier]:
    history: Any = history_of(model)
    fields = _sealed(model)
    if history is None or not fields:
        return
    entries = history.objects.filter(id__in=ids).order_by("id", "history_id")
    read_so = entries.values_list("id", "history_date", *(field.name for field in fields))
    for row_id, versions in groupby(read_so.iterator(PORTION), key=itemgetter(0)):
        for before, after in pairwise(versions):
            for field, old, new in zip(fields, before[2:], after[2:], strict=True):
                if old is None or old == new or cipher.key_id_of(old) not in own:
                    continue
                text = field.open_value(old, row_id)
                if new is None or field.open_value(new, row_id) != text:
                    yield _made(model, row_id, field.name, field.from_text(text), after[1])


def _of_custom(model: Any, rows: Sequence[Any]) -> Iterator[Earlier]:
    fields = {each.pk: each for each in custom_fields(model) if each.is_personal}
    if not fields or model._meta.label_lower not in value_models():
        return
    history: Any = history_of(values_of(model))
    entries = history.objects.filter(of__in=[row.pk for row in rows], field_id__in=fields)
    for _row, versions in groupby(entries.order_by("id", "history_id"), key=attrgetter("id")):
        for before, after in pairwise(versions):
            field = fields[before.field_id]
            old, new = read(before, field), read(after, field)
            if old is not None and old != new:
                yield _made(model, before.of_id, field.name, old, after.history_date)


def _sealed(model: Any) -> list[SealedField]:
    """The declared personal fields: all of them are sealed, but for files, which keep no earlier versions."""
    personal = [name for name, entry in declared(model).items() if isinstance(entry, Personal)]
    fields = (model._meta.get_field(name) for name in personal)
    return [field for field in fields if isinstance(field, SealedField)]


def _made(model: Any, row_id: UUID, name: str, value: Any, until: datetime) -> Earlier:
    return Earlier(model._meta.label_lower, str(row_id), name, plain(value), until.isoformat())


def _discreet(model: Any, found: Earlier, discretion: Discretion, *, is_internal: bool) -> Earlier:
    if isinstance(found.value, str) and (is_internal or holds_contacts_of_others(model, found.field)):
        values: Iterable[Any] = (
            found.kind,
            found.id,
            found.field,
            discretion.blacked(found.value),
            found.until,
        )
        return Earlier(*values)
    return found
