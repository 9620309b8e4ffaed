"""The same change to many records at once, kept in history like any other."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models, transaction

from privacy import actor
from privacy.models.history import keep

BATCH = 1000


def change(model: Any, ids: Sequence[Any], **values: Any) -> None:
    """Set these values in all of these rows; two statements a thousand rows."""
    values["updated_at"] = actor.now()
    with transaction.atomic():
        for batch in batches(ids, BATCH):
            models.QuerySet(model).filter(pk__in=batch).update(**values)
            keep(model, batch)


def batches(ids: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The ids in handy portions."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def as_array(ids: Sequence[Any]) -> str:
    """Ids (uuids, numbers, None) as PostgreSQL writes an array: the driver takes ten times longer over a list."""
    return "{" + ",".join("NULL" if each is None else str(each) for each in ids) + "}"
