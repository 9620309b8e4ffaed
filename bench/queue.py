"""Queue pages among a million tickets: each view against its bare SQL, deep pages, and the counts."""

from bench.scratch import databases, sql  # isort: skip  (sets Django up)

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from bench.measuring import Result, compare, say
from contacts.models import Contact
from privacy.models import User
from privacy.web.lists import PAGE, by_key
from tickets import queues
from tickets.models import Department, Ticket

TICKETS = 1_000_000
PEOPLE = 20_000
AGENTS = 50
DEPARTMENTS = 8
DEEP = 400_000

COLUMNS = ", ".join(str(field.column) for field in Ticket._meta.concrete_fields)
NEWEST = "ORDER BY last_message_at DESC, id DESC LIMIT 51"
ACTIVE = "('new', 'open', 'pending', 'on_hold')"


def measure() -> list[Result]:
    """Fill a million tickets by SQL, then read views as the desk does."""
    _fill()
    busy, rare = User.objects.order_by("created_at")[0], User.objects.order_by("created_at")[1]
    department = Department.objects.order_by("position")[3]
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


def _fill() -> None:
    people = _many(Contact, PEOPLE)
    agents = [
        User.objects.create_user(f"agent{n}@helpdesk.example", None, full_name=f"A {n}")
        for n in range(AGENTS)
    ]
    departments = [Department(name=f"D {n}", slug=f"d-{n}", position=n) for n in range(DEPARTMENTS)]
    for department in departments:
        department.save()
    sql(
        """
        INSERT INTO tickets_ticket (id, created_at, updated_at, number, subject, status, priority, channel,
            language, department_id, assignee_id, requester_id, last_message_at, last_message_kind)
        SELECT md5('ticket' || i)::uuid, m, m, i, decode('c501' || repeat(md5(i::text), 3), 'hex'), s, 2,
            'email', '', (%s)[1 + i %% %s], a, (%s)[1 + i * 7 %% %s], m, 'customer'
        FROM (
            SELECT i, now() - i * interval '40 seconds' AS m,
                CASE WHEN i %% 100 < 4 THEN 'new' WHEN i %% 100 < 9 THEN 'open'
                     WHEN i %% 100 < 13 THEN 'pending' WHEN i %% 100 < 14 THEN 'on_hold'
                     WHEN i %% 100 < 30 THEN 'resolved' ELSE 'closed' END AS s,
                CASE WHEN i %% 3 = 0 THEN NULL WHEN i > 900000 AND i %% 500 = 7 THEN %s
                     ELSE (%s)[1 + (i / 3) %% %s] END AS a
            FROM generate_series(1, %s) AS i
        ) AS made
        """,
        [department.pk for department in departments],
        DEPARTMENTS,
        people,
        len(people),
        agents[1].pk,
        [agent.pk for agent in agents if agent != agents[1]],
        AGENTS - 1,
        TICKETS,
    )
    sql("VACUUM ANALYZE tickets_ticket")
    say(f"{TICKETS:,} tickets of {len(people):,} people, {AGENTS} agents, {DEPARTMENTS} departments")


def _many(model: Any, count: int) -> list[Any]:
    sql(
        "INSERT INTO contacts_contact (id, created_at, updated_at, language, timezone) "
        f"SELECT md5('contact' || i)::uuid, now(), now(), '', '' FROM generate_series(1, {count}) AS i"
    )
    return list(model._default_manager.values_list("pk", flat=True))


if __name__ == "__main__":
    with databases():
        measure()
