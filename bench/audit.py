"""What the audit costs a write, how fast events are sealed and checked, and its page at many events."""

from bench.scratch import databases, sql  # isort: skip  (sets Django up)

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import transaction

from bench.measuring import Result, compare, say
from contacts.models import Contact
from privacy.audit import sealing, verification
from privacy.filters import CONDITIONS
from privacy.models import AuditEvent
from privacy.models import history as writing
from privacy.web.lists import by_key

TIMES = 400
SEALED = 20_000
EVENTS = 200_000  # `python -m bench.audit 10000000` for the figure of docs


def measure(events: int = EVENTS) -> list[Result]:
    """A save with history and audit : with history alone; then sealing, checking, and pages of the list."""
    results = [_per_write()]
    _sealing()
    return results + _pages(events)


def _per_write() -> Result:
    contact = Contact(full_name="Customer")
    contact.save()

    def change() -> None:
        with transaction.atomic():
            contact.language = "de" if contact.language != "de" else "en"
            contact.save()

    def without() -> None:
        with _history_alone():
            change()

    return compare(
        "change with history and audit : with history alone",
        ours=change,
        reference=without,
        target=1.5,
        times=TIMES,
    )


@contextmanager
def _history_alone() -> Iterator[None]:
    """The statement as it would be without the audit."""

    def trace(model: Any, ids: Any, values: dict[str, Any], using: Any = None) -> None:
        statement = writing._trace_of(model, tuple(values), is_new=False)
        insert = statement[statement.index("INSERT") : statement.index("RETURNING")]
        with transaction.get_connection().cursor() as cursor:
            cursor.execute(insert, [*values.values(), list(ids)])

    with mock.patch.object(writing, "_trace", trace):
        yield


def _sealing() -> None:
    sealing.seal_all()
    _generate(SEALED)
    started = time.perf_counter()
    sealing.seal_all()
    say(f"sealed {SEALED / (time.perf_counter() - started):,.0f} events/s")
    started = time.perf_counter()
    found = list(verification.findings())
    say(f"checked {SEALED / (time.perf_counter() - started):,.0f} events/s, {len(found)} breaks")


def _pages(events: int) -> list[Result]:
    """Each filter's first page, and a deep one, against the bare first page of the list."""
    started = time.perf_counter()
    _generate(events)
    sql("ANALYZE privacy_auditevent")
    say(f"{events:,} events made in {time.perf_counter() - started:.0f} s")
    rare = sql("SELECT object_id, actor_id, subject_id FROM privacy_auditevent ORDER BY id DESC LIMIT 1")[0]
    everything = AuditEvent.objects.all()
    asked = {
        "one record": everything.filter(CONDITIONS["record"](rare[0])),
        "one person who acted": everything.filter(CONDITIONS["who"](rare[1])),
        "one person concerned": everything.filter(CONDITIONS["subject"](rare[2])),
        "sign-ins": everything.filter(CONDITIONS["act"]("sign_in")),
        "a rare module": everything.filter(CONDITIONS["field"]("privacy.role")),
        "a common field": everything.filter(CONDITIONS["field"]("tickets.ticket.status")),
        "a rare field": everything.filter(CONDITIONS["field"]("tickets.ticket.subject")),
    }
    deep = f"<{sql('SELECT moment FROM privacy_auditevent ORDER BY moment LIMIT 1 OFFSET 1000')[0][0].isoformat()}_1"
    cases = [(f"audit page, {name} : all", rows, "") for name, rows in asked.items()]
    return [
        compare(
            what,
            ours=lambda rows=rows, cursor=cursor: by_key(rows, cursor, moment="moment"),
            reference=lambda: by_key(everything, moment="moment"),
            target=3.0,
            times=15,
        )
        for what, rows, cursor in [*cases, ("audit page, the oldest : all", everything, deep)]
    ]


def _generate(count: int) -> None:
    """Events as a busy helpdesk leaves them: 500 agents, half a million records, few rarities."""
    sql(
        """INSERT INTO privacy_auditevent (moment, actor_kind, actor_id, via, cause, act, model, object_id,
               subject_id, fields)
           SELECT now() - (%s - n) * interval '2 seconds', 'staff',
               ('00000000-0000-7000-8000-' || lpad((n %% 500)::text, 12, '0'))::uuid, 'desk', 'person',
               CASE WHEN n %% 5000 = 0 THEN 'sign_in' WHEN n %% 3 = 0 THEN 'create' ELSE 'update' END,
               CASE WHEN n %% 50000 = 1 THEN 'privacy.role' ELSE 'tickets.ticket' END,
               ('00000000-0000-7000-8001-' || lpad((n %% 500000)::text, 12, '0'))::uuid,
               ('00000000-0000-7000-8002-' || lpad((n %% 100000)::text, 12, '0'))::uuid,
               CASE WHEN n %% 3 = 0 THEN '{}' WHEN n %% 20000 = 1 THEN '{subject}' ELSE '{status}' END::varchar[]
           FROM generate_series(1, %s) AS n""",
        count,
        count,
    )


if __name__ == "__main__":
    import sys

    with databases():
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
