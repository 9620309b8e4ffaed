"""Re-wrapping data keys under the current KEK: in batches, resumable, without touching any row of data."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count

from privacy.vault import kek
from privacy.vault.keys import handled
from privacy.vault.models import SubjectKey

BATCH = 1_000


def rewrap() -> Iterator[int]:
    """Re-wrap every key that is not under the current KEK; yields how many each committed batch moved."""
    total = 0
    while moved := _rewrap_batch():
        total += moved
        yield moved
    if total:
        handled.send(SubjectKey, what="rewrapped", subject_id=None)


def census() -> dict[str, int]:
    """How many living keys each KEK wraps. A KEK may leave the list when it is not in here."""
    living = SubjectKey.objects.using("vault").filter(wrapped__isnull=False)
    counted = living.order_by().values_list("kek_id").annotate(keys=Count("id"))
    return dict(counted)


def waiting() -> int:
    """How many keys still have to be re-wrapped."""
    keys = SubjectKey.objects.using("vault").filter(wrapped__isnull=False)
    return keys.exclude(kek_id=kek.provider().current_id()).count()


def _rewrap_batch() -> int:
    provider = kek.provider()
    with transaction.atomic(using="vault"):
        rows = list(
            SubjectKey.objects.using("vault")
            .select_for_update(skip_locked=True)
            .filter(wrapped__isnull=False)
            .exclude(kek_id=provider.current_id())[:BATCH]
        )
        secrets = kek.unwrap_all(kek.Wrapped(row.id, row.kek_id, bytes(row.wrapped or b"")) for row in rows)
        for row in rows:
            made = provider.wrap(row.id, secrets[row.id])
            row.kek_id, row.wrapped = made.kek_id, made.wrapped
        SubjectKey.objects.using("vault").bulk_update(rows, ["kek_id", "wrapped"])
    return len(rows)
