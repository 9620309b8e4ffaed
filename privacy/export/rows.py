"""A module's records, read by key in portions: memory stays constant, and the vault is asked once a portion."""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any
from uuid import UUID

from django.db.models import F, Func, TextField, UUIDField, Value
from django.db.models.fields import BinaryField
from django.db.models.functions import Cast, Coalesce

from privacy.custom.reading import values
from privacy.declaration import subject_lookups
from privacy.export.columns import Column, columns, custom_columns
from privacy.export.modules import rows_of
from privacy.models import CustomField, User
from privacy.vault import bulk
from privacy.vault.keys import DataKey

PORTION = 4_000


class Sent(Func):
    """A uuid as its sixteen bytes."""

    function = "uuid_send"
    output_field = BinaryField()


class Sheet:
    """One module as one viewer sees it: ``names`` of its columns, and ``portions`` of rows.

    Read inside ``access.looking``: custom fields are seen through the lens.
    """

    def __init__(self, model: Any, viewer: User) -> None:
        self.model = model
        self.queryset = rows_of(model, viewer)
        self.columns: list[Column] = columns(model, viewer)
        self.custom: list[CustomField] = custom_columns(model, viewer)
        self.names = [*(each.name for each in self.columns), *(each.name for each in self.custom)]
        self.ring: dict[bytes, DataKey] = {}
        self.free = [*(each.is_free for each in self.columns), *(True for _ in self.custom)]
        self.people: set[str] = set()  # whose data the portion is that was read last

    def portions(self) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in the order of their keys, so that none comes twice; values as JSON knows them, None for nothing."""
        sources = {f"c{n}": each.source for n, each in enumerate(self.columns)}
        key = Sent(F("pk")) if isinstance(self.model._meta.pk, UUIDField) else F("pk")
        person = Cast(_person(self.model), TextField())
        rows = self.queryset.annotate(row_key=key, row_person=person, **sources)
        rows = rows.values_list("row_key", "row_person", *sources)
        last: Any = None
        while found := list((rows if last is None else rows.filter(pk__gt=last))[:PORTION]):
            last = _pk(found[-1][0])
            ids, people, *read = zip(*found, strict=True)
            self.people = set(people) - {None}
            yield self._shown(list(ids), read)

    def _shown(self, ids: Sequence[Any], stored: list[Any]) -> list[tuple[Any, ...]]:
        self.ring = bulk.expect(compress(stored, [each.sealed for each in self.columns]), self.ring)
        shown: list[Any] = []
        for column, held in zip(self.columns, stored, strict=True):
            found = bulk.opened(column.sealed, ids, held, self.ring) if column.sealed else held
            if (show := column.shown) is not None:
                found = [None if value is None else show(value) for value in found]
            shown.append(found)
        if self.custom:
            pks = [_pk(each) for each in ids]
            known = values(self.model, pks)
            shown += [
                [_written(field, known.get(pk, {}).get(field.pk)) for pk in pks] for field in self.custom
            ]
        return list(zip(*shown, strict=True))


def _person(model: Any) -> Any:
    """Whose data a row is, as the declaration says; nobody's is nobody's."""
    paths = [F(path) for path in subject_lookups(model)]
    if len(paths) > 1:
        return Coalesce(*paths, output_field=UUIDField())
    return paths[0] if paths else Value(None, UUIDField())


def _pk(key: Any) -> Any:
    """A row's key, as it was sent: a uuid is made of its bytes only where one is needed."""
    return UUID(bytes=bytes(key)) if isinstance(key, memoryview | bytes) else key


def _written(field: CustomField, value: Any) -> Any:
    """A custom value in the form in which it is stored as text; choices as lists of codes."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return list(value) if isinstance(value, tuple) else field.kind.to_text(value)
