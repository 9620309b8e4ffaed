"""The desk's views: what is in each, in which order, and counts that agree with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact
from privacy.models import User
from privacy.web.lists import by_key
from tests import factories
from tests.examples import example, few
from tickets import queues, tagging
from tickets.enums import ACTIVE, DONE, Status
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

START = datetime(2024, 3, 1, tzinfo=UTC)

#: The slow way to say which tickets a view holds: by looking at each one.
ORACLE: dict[str, Any] = {
    "mine": lambda ticket, viewer: ticket.status in ACTIVE and ticket.assignee == viewer,
    "unassigned": lambda ticket, viewer: ticket.status in ACTIVE and ticket.assignee is None,
    "open": lambda ticket, viewer: ticket.status in ACTIVE,
    "waiting": lambda ticket, viewer: ticket.status in (Status.PENDING, Status.ON_HOLD),
    "done": lambda ticket, viewer: ticket.status in DONE,
    "all": lambda ticket, viewer: True,
}


def newest_first(tickets: list[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: (ticket.last_message_at, ticket.pk), reverse=True)


def test_every_view_has_its_oracle() -> None:
    assert list(queues.QUEUES) == list(ORACLE)
    assert all(str(queue.title) and queue.icon for queue in queues.QUEUES.values())


@st.composite
def worlds(draw: st.DrawFn) -> list[tuple[str, int, int, int, bool]]:
    """Tickets as (status, assignee, department, minute, in the bin)."""
    ticket = st.tuples(
        st.sampled_from(Status.values), st.integers(0, 2), st.integers(0, 1), st.integers(0, 3), st.booleans()
    )
    return draw(st.lists(ticket, max_size=9))


@few(15)
@given(world=worlds())
def test_views_and_counts_agree_with_looking_at_each_ticket(world: list[Any]) -> None:
    with example():
        agents = [None, *factories.UserFactory.create_batch(2)]
        departments = factories.DepartmentFactory.create_batch(2)
        requester = factories.ContactFactory(email="")
        living = []
        for status, assignee, department, minute, in_bin in world:
            ticket = factories.TicketFactory(
                status=status,
                assignee=agents[assignee],
                department=departments[department],
                requester=requester,
                last_message_at=START + timedelta(minutes=minute),
            )
            if in_bin:
                ticket.bin(by=None)
            else:
                living.append(ticket)
        viewer = agents[1]
        for key, holds in ORACLE.items():
            expected = newest_first([ticket for ticket in living if holds(ticket, viewer)])
            assert list(queues.queue(key, viewer)) == expected
        for department in departments:
            expected = newest_first(
                [each for each in living if each.status in ACTIVE and each.department == department]
            )
            assert list(queues.department_queue(department, viewer)) == expected
        check_counts(living, viewer, departments)


def check_counts(living: list[Ticket], viewer: Any, departments: list[Department]) -> None:
    counts = queues.counts(viewer)
    counted = [key for key, queue in queues.QUEUES.items() if queue.is_counted]
    assert counts.queues == {key: sum(ORACLE[key](each, viewer) for each in living) for key in counted}
    assert counts.departments == {
        department.pk: count
        for department in departments
        if (count := sum(each.status in ACTIVE and each.department == department for each in living))
    }


def test_all_counts_are_one_query(agent: User) -> None:
    factories.TicketFactory.create_batch(3)
    queues.counts(agent)  # the agent's standing is read once
    with CaptureQueriesContext(connection) as seen:
        assert queues.counts(agent).queues == {"mine": 0, "unassigned": 3, "open": 3, "waiting": 0}
    assert len(seen) == 1


@pytest.mark.parametrize("key", ORACLE)
def test_nobody_has_an_empty_desk(key: str, stranger: Contact) -> None:
    factories.TicketFactory(assignee=None)
    assert list(queues.queue(key, None)) == []
    assert queues.counts(None).departments == {}


def test_a_view_that_does_not_exist_is_a_key_error(agent: User) -> None:
    with pytest.raises(KeyError):
        queues.queue("nonsense", agent)


def test_views_page_by_key(agent: User, department: Department) -> None:
    requester = factories.ContactFactory()
    made = [
        factories.TicketFactory(
            requester=requester, department=department, last_message_at=START + timedelta(minutes=n // 3)
        )
        for n in range(11)
    ]
    rows, cursor = [], ""
    for _ in range(4):
        page = by_key(queues.queue("open", agent), cursor, moment="last_message_at", size=3)
        rows += page.rows
        cursor = page.older
    assert (rows, cursor) == (newest_first(made), "")


def test_an_index_carries_the_newest_page(agent: User, department: Department) -> None:
    requester = factories.ContactFactory()
    factories.TicketFactory.create_batch(3, requester=requester, department=department)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = queues.queue("all", agent)[:51].explain()
    assert "ticket_newest" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("names", [["urgent"], ["urgent", "nothing"]])
def test_a_page_of_what_was_joined_with_others_holds_each_ticket_once(
    department: Department, names: list[str]
) -> None:
    """Rows that only some of a ticket's tags meet: what the condition left out stays out of the page."""
    narrow = factories.ProfileFactory(rights=["tickets.view", "tickets.all_departments"])
    agent = factories.UserFactory(profile=narrow)
    tickets = factories.TicketFactory.create_batch(3, department=department, assignee=agent)
    for ticket in tickets[:2]:
        for name in ("urgent", "billing", "lamp"):
            tagging.tag(ticket, name, by=None)
    tagging.tag(tickets[2], "lamp", by=None)
    rows = queues.queue("mine", agent).filter(taggings__tag__name__in=names)
    page = by_key(rows, moment="last_message_at", viewer=agent)
    assert sorted(ticket.pk for ticket in page.rows) == sorted(ticket.pk for ticket in tickets[:2])
