"""Sealing: events in batches, each with the root of its Merkle tree, keyed and chained to the batch before.

Numbers are given before transactions commit, so a lower one may appear after a higher one. The sealer notes the
last number given and who is writing at that moment, waits until these have ended, and only then reads: every event
up to that number is there by then, or never will be (docs/decisions/0009).
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from privacy.audit import anchor, merkle
from privacy.audit.anchor import RESTORED
from privacy.audit.recording import record
from privacy.enums import Deed
from privacy.models import AuditBatch, AuditEvent
from privacy.vault.seals import seal

DOMAIN = "privacy.audit.batch"
LOCK = 0x5EA1
BATCH = 1_000
PATIENCE = 20.0
PAUSE = 0.05
TABLE = AuditEvent._meta.db_table
SAID = tuple(field.attname for field in AuditEvent._meta.concrete_fields if field.attname != "id")


def seal_all(*, patience: float = PATIENCE) -> int:
    """Seal what is there, as far as no write is under way; returns how many batches that made.

    With writes that take longer than ``patience`` seconds, nothing is sealed: the next run will.
    """
    made = 0
    high = _last_given()
    if _writers_ended(patience):
        while _seal_one(high):
            made += 1
    anchor.write()
    return made


def go_on_after_restore() -> None:
    """Say in the anchor, and in the audit itself, that a backup was restored and the chain goes on from there."""
    anchor.note_restore()
    record(Deed.AUDIT, by=None, fields=[RESTORED])


def seal_of(batch: AuditBatch, before: bytes) -> bytes:
    """The seal that a batch has to bear after the one with the seal ``before``."""
    return seal(DOMAIN, content_of(batch, before))


def content_of(batch: AuditBatch, before: bytes) -> bytes:
    """All that a seal covers."""
    said = (batch.number, batch.first_id, batch.last_id, batch.events, batch.root, batch.sealed_at, before)
    return merkle.encoded(said)


def hashes(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, bytes]]:
    """Number and content hash of events, read as ``("id", *SAID)``."""
    for number, *said in rows:
        yield number, merkle.content_hash(said)


def root_of(hashed: Iterable[tuple[int, bytes]]) -> bytes:
    """The root over events."""
    return merkle.root([merkle.leaf(number, content) for number, content in hashed])


def _seal_one(high: int) -> bool:
    """Seal the next batch in a transaction of its own; False when there is nothing to seal."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        before = AuditBatch.objects.order_by("number").last()
        events = AuditEvent.objects.filter(id__gt=before.last_id if before else 0, id__lte=high)
        hashed = list(hashes(events.order_by("id").values_list("id", *SAID)[:BATCH]))
        if not hashed:
            return False
        _write(before, hashed)
    return True


def _write(before: AuditBatch | None, hashed: list[tuple[int, bytes]]) -> None:
    batch = AuditBatch(
        number=before.number + 1 if before else 1,
        first_id=hashed[0][0],
        last_id=hashed[-1][0],
        events=len(hashed),
        root=root_of(hashed),
        sealed_at=timezone.now(),
        index=b"".join(number.to_bytes(8, "big") + content[:8] for number, content in hashed),
    )
    batch.seal = seal_of(batch, bytes(before.seal) if before else b"")
    batch.save(force_insert=True)


def _last_given() -> int:
    """The last number that any transaction, finished or not, was given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [TABLE])
        (sequence,) = cursor.fetchone()
        cursor.execute(f"SELECT last_value FROM {sequence}")  # noqa: S608  (the database's own name for it)
        return int(cursor.fetchone()[0])


def _writers_ended(patience: float) -> bool:
    """Wait for those who write events now, not for who begins meanwhile; False if they don't end in time."""
    waiting = _writers()
    deadline = time.monotonic() + patience
    while waiting and time.monotonic() < deadline:
        time.sleep(PAUSE)
        waiting &= _writers()
    return not waiting


def _writers() -> set[str]:
    """Transactions that hold the lock of an INSERT on the events: it is taken before a number is given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = %s::regclass"
            " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [TABLE],
        )
        return {name for (name,) in cursor.fetchall()}
