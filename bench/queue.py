"""Queue pages among a million tickets: each view against its bare SQL, deep pages, and the counts."""

from bench.scratch import databases, sql  # isort: skip  (sets Django up)

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from bench import house
from bench.measuring import Result, compare
from privacy.models import User
from privacy.web.lists import PAGE, by_key
from tickets import queues
from tickets.models import Ticket

AGENTS = 50
DEPARTMENTS = 8
DEEP = 400_000

COLUMNS = ", ".join(str(field.column) for field in Ticket._meta.concrete_fields)
NEWEST = "ORDER BY last_message_at DESC, id DESC LIMIT 51"
ACTIVE = "('new', 'open', 'pending', 'on_hold')"


def measure() -> list[Result]:
    """Fill a million tickets by SQL, then read views as the desk does."""
    agents, departments = house.staff(AGENTS), house.departments(DEPARTMENTS)
    (busy, rare), department = agents[:2], departments[3]
    house.fill(agents, rare, departments)
    views = {
        "all": (queues.queue("all", busy), "true"),
        "open": (queues.queue("open", busy), f"status IN {ACTIVE}"),
        "unassigned": (queues.queue("unassigned", busy), f"status IN {ACTIVE} AND assignee_id IS NULL"),
        "waiting": (queues.queue("waiting", busy), "status IN ('pending', 'on_hold')"),
        "mine": (queues.queue("mine", busy), f"status IN {ACTIVE} AND assignee_id = '{busy.pk}'"),
        "mine, few and old": (
            queues.queue("mine", rare),
            f"status IN {ACTIVE} AND assignee_id = '{rare.pk}'",
        ),
        "department": (
            queues.department_queue(department, busy),
            f"status IN {ACTIVE} AND department_id = '{department.pk}'",
        ),
    }
    results = [
        compare(
            f"statement of view “{name}” : best SQL by hand",
            ours=_statement(rows[: PAGE + 1]),
            reference=_by_hand(where),
            target=4.0 if "old" in name else 2.0,
            times=60,
        )
        for name, (rows, where) in views.items()
    ]
    return [*results, _deep(busy), _counts(busy)]


def _statement(rows: Any) -> Callable[[], object]:
    """Run the very statement of a queryset, without making instances."""
    statement, values = rows.query.sql_with_params()

    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    return run


def _by_hand(where: str) -> Callable[[], object]:
    """The same page as one would write it knowing the data: a few newest of each status, then the newest."""
    statuses = [word for word in ("new", "open", "pending", "on_hold") if f"'{word}'" in where]
    living = f"SELECT {COLUMNS} FROM tickets_ticket WHERE deleted_at IS NULL"
    plain = f"{living} AND {where} {NEWEST}"
    rest = where.partition(" AND ")[2] or "true"
    each = " UNION ALL ".join(
        f"({living} AND {rest} AND status = '{status}' {NEWEST})" for status in statuses
    )
    split = f"SELECT * FROM ({each}) AS t {NEWEST}" if statuses else plain
    return min((_run(plain), _run(split)), key=_once)


def _run(statement: str) -> Callable[[], object]:
    return lambda: sql(statement)


def _once(act: Callable[[], object]) -> float:
    act()
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _deep(viewer: User) -> Result:
    rows = queues.queue("all", viewer)
    row = rows[DEEP]
    cursor = f"<{row.last_message_at.isoformat()}_{row.pk}"
    return compare(
        f"page behind {DEEP:,} rows : first page",
        ours=lambda: by_key(rows, cursor, moment="last_message_at"),
        reference=lambda: by_key(rows, moment="last_message_at"),
        target=1.5,
        times=100,
    )


def _counts(viewer: User) -> Result:
    return compare(
        "all counts of the desk : count(*) of the same tickets",
        ours=lambda: queues.counts(viewer),
        reference=lambda: sql("SELECT count(*) FROM tickets_ticket WHERE deleted_at IS NULL"),
        target=1.0,
        times=20,
    )


if __name__ == "__main__":
    with databases():
        measure()
