"""A large helpdesk to measure in: a million tickets, filled by SQL, sealed values as long as real ones."""

from typing import Any

from bench.measuring import say
from bench.scratch import sql
from privacy import profiles
from privacy.enums import ProfileKind
from privacy.models import User
from tickets.models import Department

TICKETS = 1_000_000
PEOPLE = 20_000


def staff(count: int, profile: Any = None) -> list[User]:
    """Agents; administrators unless a profile is named."""
    profile = profile or profiles.of_kind(ProfileKind.ADMINISTRATOR)
    return [
        User.objects.create_user(f"agent{n}@helpdesk.example", None, full_name=f"A {n}", profile=profile)
        for n in range(count)
    ]


def departments(count: int) -> list[Department]:
    made = [Department(name=f"D {n}", slug=f"d-{n}", position=n) for n in range(count)]
    for department in made:
        department.save()
    return made


def fill(agents: list[User], rare: User, rooms: list[Department]) -> None:
    """The tickets: two of three have an assignee, one in seven is active; ``rare`` has a few, and old ones."""
    sql(
        "INSERT INTO contacts_contact (id, created_at, updated_at, language, timezone) "
        f"SELECT md5('contact' || i)::uuid, now(), now(), '', '' FROM generate_series(1, {PEOPLE}) AS i"
    )
    sql(
        """
        INSERT INTO tickets_ticket (id, created_at, updated_at, number, subject, status, priority, channel,
            language, department_id, assignee_id, requester_id, last_message_at, last_message_kind)
        SELECT md5('ticket' || i)::uuid, m, m, i, decode('c501' || repeat(md5(i::text), 3), 'hex'), s, 2,
            'email', '', (%s)[1 + i %% %s], a, md5('contact' || 1 + i * 7 %% %s)::uuid, m, 'customer'
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
        [room.pk for room in rooms],
        len(rooms),
        PEOPLE,
        rare.pk,
        [agent.pk for agent in agents if agent != rare],
        len(agents) - 1,
        TICKETS,
    )
    sql("VACUUM ANALYZE tickets_ticket")
    say(f"{TICKETS:,} tickets of {PEOPLE:,} people, {len(agents)} agents, {len(rooms)} departments")
