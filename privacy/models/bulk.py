"""The same change to many records at once, kept in history like any other."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from privacy import actor
from privacy.models.history import change_at_once

BATCH = 5_000


def change(model: Any, ids: Sequence[Any], **values: Any) -> None:
    """Set these values in all of these rows, which history and audit tell of each: one statement for many rows."""
    values["updated_at"] = actor.now()
    with transaction.atomic():
        for batch in batches(ids, BATCH):
            change_at_once(model, as_array(batch), values)


def batches(ids: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The ids in handy portions."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def as_array(ids: Sequence[Any]) -> str:
    """Ids (uuids, numbers, None) as PostgreSQL writes an array: the driver takes ten times longer over a list."""
    return "{" + ",".join("NULL" if each is None else str(each) for each in ids) + "}"
