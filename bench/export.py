"""A module as a sealed file, every value opened, against PostgreSQL's COPY of the same rows as they lie there.

Besides it what nothing can take away: opening the same values, with all keys at hand, and nothing else.
"""

from bench.scratch import databases, sql  # isort: skip  (sets Django up)

import os
import tempfile
import time
from typing import Any
from uuid import UUID, uuid4

import psutil
from django.conf import settings
from django.db import connection

from bench.house import departments, staff
from bench.measuring import Result, say
from privacy.export import jobs
from privacy.models import Format, User, new_id
from privacy.vault import bulk, cipher, kek, keys
from privacy.vault.models import SubjectKey
from tickets.models import Ticket

TICKETS = 100_000
PEOPLE = 10_000
ROUNDS = 3
COPIES = 4  # one after another they take as long as ours does: what else the machine does hits both
PORTION = 10_000


def measure() -> list[Result]:
    """Both in turns, in each format; and how much the process grew meanwhile."""
    (asker,) = staff(1)
    _fill()
    floor = min(_opening() for _ in range(ROUNDS)) / min(_copies() for _ in range(ROUNDS))
    say(f"opening the values alone: {floor:.1f} times the COPY")
    found = []
    for kind in Format:
        ours, reference = [], []
        before = _memory()
        for _ in range(ROUNDS):
            ours.append(_timed(lambda kind=kind: _export(asker, kind)))
            reference.append(_copies())
        result = Result(f"export of {TICKETS:,} tickets, {kind} : COPY", min(ours), min(reference), 4.0)
        say(f"{TICKETS / min(ours):,.0f} rows/s; the process grew by {(_memory() - before) / 2**20:.0f} MB")
        print(result.line(), flush=True)
        found.append(result)
    return found


def _export(asker: User, kind: Format) -> None:
    keys.forget()
    job = jobs.ask(Ticket._meta.label_lower, kind, by=asker)
    jobs.make(job.pk)
    job.refresh_from_db()
    if job.rows != TICKETS:
        raise AssertionError(f"{job.rows} of {TICKETS} rows were exported.")


def _copy() -> None:
    with connection.cursor() as cursor, open(os.devnull, "wb") as nowhere:
        cursor.copy_expert(f"COPY {Ticket._meta.db_table} TO STDOUT WITH (FORMAT csv)", nowhere)


def _copies() -> float:
    return _timed(lambda: [_copy() for _ in range(COPIES)]) / COPIES


def _opening() -> float:
    """Seconds that AES-GCM takes for all subjects."""
    column = Ticket._meta.get_field("subject").column_id  # type: ignore[union-attr]
    found = sql("SELECT id, subject FROM tickets_ticket ORDER BY id")
    ids, sealed = [pk.bytes for pk, _ in found], [bytes(value) for _, value in found]
    ring = bulk.expect([sealed], {})
    return _timed(lambda: bulk.opened(column, ids, sealed, ring))


def _timed(act: Any) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


def _fill() -> None:
    """People with keys, and tickets whose subjects are really sealed under them."""
    (room,) = departments(1)
    people = [new_id() for _ in range(PEOPLE)]
    sql(
        "INSERT INTO contacts_contact (id, created_at, updated_at, language, timezone)"
        " SELECT id, now(), now(), '', '' FROM unnest(%s::uuid[]) AS id",
        people,
    )
    rings = _keys(people)
    for start in range(0, TICKETS, PORTION):
        numbers = list(range(start, start + PORTION))
        ids = [new_id() for _ in numbers]
        owners = [people[n * 7 % PEOPLE] for n in numbers]
        subjects = [_sealed(rings[owner], pk, n) for pk, owner, n in zip(ids, owners, numbers, strict=True)]
        sql(
            "INSERT INTO tickets_ticket (id, created_at, updated_at, number, subject, status, priority, channel,"
            " language, department_id, requester_id, last_message_at, last_message_kind)"
            " SELECT id, now(), now(), number, subject, 'open', 2, 'email', '', %s, owner, now(), 'customer'"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[], %s::uuid[]) AS t (id, number, subject, owner)",
            room.pk,
            ids,
            numbers,
            subjects,
            owners,
        )
    sql("VACUUM ANALYZE tickets_ticket")
    say(f"{TICKETS:,} tickets of {PEOPLE:,} people, each with a key of their own")


def _keys(people: list[UUID]) -> dict[UUID, keys.DataKey]:
    provider = kek.provider()
    rows = []
    for person in people:
        wrapped = provider.wrap(uuid4(), os.urandom(kek.KEY_BYTES))
        rows.append(
            SubjectKey(
                id=wrapped.key_id,
                subject_id=person,
                kek_id=wrapped.kek_id,
                wrapped=wrapped.wrapped,
                is_current=True,
            )
        )
    SubjectKey.objects.using(keys.ALIAS).bulk_create(rows, batch_size=PORTION)
    return {row.subject_id: keys.for_reading(row.id) for row in rows}


def _sealed(key: keys.DataKey, ticket: UUID, number: int) -> bytes:
    text = f"A question of usual length about order {number}"
    return cipher.seal(key.aead, key.id, "tickets.ticket.subject", ticket, text, pad=32)


if __name__ == "__main__":
    with databases(), tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        measure()
