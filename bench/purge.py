"""The purge against raw SQL that deletes the same rows, foreign keys checked."""

from bench.scratch import databases, sql  # isort: skip  (sets Django up)

import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.measuring import Result, say
from privacy import binning, purging
from tests import factories
from tickets import lifecycle, tagging
from tickets.enums import Channel
from tickets.models import Department, Ticket

TICKETS = 4_000
ROUNDS = 3
LATER = timedelta(days=61)


def measure() -> Result:
    """Rows a second of both, in turns; the ratio is time against time."""
    ours, raw, rows = [], [], 0
    for _ in range(ROUNDS):
        _fill()
        started = time.perf_counter()
        rows = sum(purging.purge(as_of=timezone.now() + LATER).counts.values())
        ours.append(time.perf_counter() - started)
        _fill()
        started = time.perf_counter()
        _by_hand()
        raw.append(time.perf_counter() - started)
    say(f"{rows} rows of {TICKETS} tickets, history besides: {rows / min(ours):,.0f} rows/s")
    result = Result("purge of binned tickets : raw SQL in the right order", min(ours), min(raw), 1 / 0.6)
    print(result.line(), flush=True)
    return result


def _fill() -> None:
    """One whole ticket, then copies of it by SQL; all of them in the bin."""
    department = Department.default()
    contact = factories.ContactFactory()
    template = lifecycle.open(
        requester=contact, subject="Shoes", body_text="Which size?", channel=Channel.EMAIL, by=contact
    )
    lifecycle.note(template, by=None, body_text="Asked before.")
    tagging.tag(template, "shoes", by=None)
    assert template.department == department
    binning.bin(template, by=None)
    _copies(template)
    sql("ANALYZE")


def _copies(template: Ticket) -> None:
    sql(
        "CREATE TEMP TABLE copies AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) n", TICKETS
    )
    highest = sql("SELECT max(number) FROM tickets_ticket")[0][0]
    change = {"id": "c.id", "number": f"{highest} + c.n"}
    _multiply("tickets_ticket", "id", template.pk, change)
    _multiply("tickets_historicalticket", "id", template.pk, {**change, "history_id": None})
    for table in ("message", "tagging", "outboundmail"):
        new = {"id": "gen_random_uuid()", "ticket_id": "c.id"}
        if table == "outboundmail":
            new["message_id"] = "NULL"
        _multiply(f"tickets_{table}", "ticket_id", template.pk, new)
    for table in ("message", "tagging"):
        names = _columns(f"tickets_historical{table}") - {"history_id"}
        kept = names & _columns(f"tickets_{table}")
        constant = {
            "history_date": "now()",
            "history_type": "'+'",
            "actor_kind": "'system'",
            "via": "'command'",
        }
        into = [*sorted(kept), *constant]
        taken = [*sorted(kept), *constant.values()]
        sql(
            f"INSERT INTO tickets_historical{table} ({', '.join(into)}) SELECT {', '.join(taken)}"
            f" FROM tickets_{table} WHERE ticket_id IN (SELECT id FROM copies)"
        )
    sql("DROP TABLE copies")


def _multiply(table: str, key: str, value: Any, change: dict[str, str | None]) -> None:
    names = sorted(_columns(table) - {name for name, new in change.items() if new is None})
    taken = [change.get(name) or f"t.{name}" for name in names]
    sql(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(taken)}"
        f" FROM {table} t, copies c WHERE t.{key} = %s",
        value,
    )


def _columns(table: str) -> set[str]:
    return {
        name
        for (name,) in sql("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
    }


def _by_hand() -> None:
    """What somebody who knows the tables would write: leaves first, one statement a table, one transaction."""
    binned = "SELECT id FROM tickets_ticket WHERE deleted_at IS NOT NULL"
    messages = f"SELECT id FROM tickets_message WHERE ticket_id IN ({binned})"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table in ("attachment", "inboundmail"):
            cursor.execute(f"DELETE FROM tickets_{table} WHERE message_id IN ({messages})")
        for table in ("message", "tagging"):
            rows = f"SELECT id FROM tickets_{table} WHERE ticket_id IN ({binned})"
            cursor.execute(f"DELETE FROM tickets_historical{table} WHERE id IN ({rows})")
        for table in ("outboundmail", "message", "tagging", "participant", "draft"):
            cursor.execute(f"DELETE FROM tickets_{table} WHERE ticket_id IN ({binned})")
        for table in ("ticketusergrant", "ticketgroupgrant"):
            cursor.execute(f"DELETE FROM tickets_{table} WHERE content_object_id IN ({binned})")
        cursor.execute(f"DELETE FROM tickets_historicalticket WHERE id IN ({binned})")
        cursor.execute("DELETE FROM tickets_ticket WHERE deleted_at IS NOT NULL")
        cursor.execute("DELETE FROM privacy_binned")
        cursor.execute("COMMIT")


if __name__ == "__main__":
    with databases():
        measure()
