"""A module's records, read by key in portions: memory stays constant, and the vault is asked once a portion."""

from collections.abc import Iterator
from itertools import compress
from typing import Any

from django.db.models import F, Func, UUIDField
from django.db.models.fields import BinaryField

from privacy.custom.reading import values
from privacy.export.columns import Column, columns, custom_columns
from privacy.export.modules import rows_of
from privacy.models import CustomField, User
from privacy.vault import bulk

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
        self.free = [*(each.is_free for each in self.columns), *(True for _ in self.custom)]

    def portions(self) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in the order of their keys, so that none comes twice; values as JSON knows them, None for nothing."""
        sources = {f"c{n}": each.source for n, each in enumerate(self.columns)}
        is_sealed = any(each.sealed for each in self.columns) and isinstance(self.model._meta.pk, UUIDField)
        key_bytes = {"sent": Sent(F("pk"))} if is_sealed else {}
        rows = self.queryset.annotate(**sources, **key_bytes).values_list("pk", *key_bytes, *sources)
        last: Any = None
        while found := list((rows if last is None else rows.filter(pk__gt=last))[:PORTION]):
            last = found[-1][0]
            yield self._shown(list(zip(*found, strict=True)), bool(key_bytes))

    def _shown(self, read: list[tuple[Any, ...]], has_bytes: bool) -> list[tuple[Any, ...]]:
        pks, ids = read[0], read[1] if has_bytes else ()
        stored = read[1 + has_bytes :]
        ring = bulk.expect(compress(stored, [each.sealed for each in self.columns]))
        shown: list[Any] = []
        for column, held in zip(self.columns, stored, strict=True):
            found = bulk.opened(column.sealed, ids, held, ring) if column.sealed else held
            if (show := column.shown) is not None:
                found = [None if value is None else show(value) for value in found]
            shown.append(found)
        if self.custom:
            known = values(self.model, pks)
            shown += [
                [_written(field, known.get(pk, {}).get(field.pk)) for pk in pks] for field in self.custom
            ]
        return list(zip(*shown, strict=True))


def _written(field: CustomField, value: Any) -> Any:
    """A custom value in the form in which it is stored as text; choices as lists of codes."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return list(value) if isinstance(value, tuple) else field.kind.to_text(value)
