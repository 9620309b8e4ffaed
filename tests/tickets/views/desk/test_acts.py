"""What agents do to a ticket beside writing: every act is a POST, and is told in the thread."""

from typing import Any

import pytest
from django.test import Client

from privacy.models import User
from tests.factories import DepartmentFactory, TagFactory, TicketFactory
from tests.tickets.views.desk.conftest import HTMX, page, url
from tickets.enums import Priority, Status
from tickets.models import Department, Tag, Ticket

pytestmark = pytest.mark.django_db

NOUNS = ["status", "priority", "assignee", "department", "subject", "tags", "replies", "notes", "drafts"]


def post(client: Client, ticket: Ticket, noun: str, **given: Any) -> Any:
    return client.post(url(ticket, f"{noun}/"), given, headers=HTMX)


@pytest.mark.parametrize("noun", NOUNS)
def test_looking_changes_nothing(desk: Client, ticket: Ticket, noun: str) -> None:
    assert desk.get(url(ticket, f"{noun}/")).status_code == 405


@pytest.mark.parametrize("noun", NOUNS)
def test_strangers_cannot_act(client: Client, ticket: Ticket, noun: str) -> None:
    assert client.post(url(ticket, f"{noun}/"), {"status": "closed"}).status_code == 302
    assert post(client, ticket, noun, status="closed").status_code == 401
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING


def test_a_ticket_in_the_bin_cannot_be_changed(desk: Client, ticket: Ticket, agent: User) -> None:
    ticket.bin(by=agent)

    assert post(desk, ticket, "status", status="closed").status_code == 404


def test_the_status_is_set_without_a_new_page(desk: Client, ticket: Ticket) -> None:
    answer = post(desk, ticket, "status", status="on_hold", **{"in": "mine"})
    text = answer.content.decode()

    ticket.refresh_from_db()
    assert ticket.status == Status.ON_HOLD
    assert "<html" not in text
    assert 'id="ticket-state" hx-swap-oob="true"' in text
    assert f'id="row-{ticket.pk}"' in text
    assert 'hx-swap-oob="beforeend:#thread"' in text
    assert "set the status from Waiting for customer to On hold" in text


def test_without_scripts_the_page_comes_anew(desk: Client, ticket: Ticket) -> None:
    answer = desk.post(url(ticket, "status/"), {"status": "resolved"})

    assert answer.status_code == 302
    assert answer["Location"] == url(ticket)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_the_same_status_again_is_no_event(desk: Client, ticket: Ticket) -> None:
    before = ticket.history.count()

    post(desk, ticket, "status", status=ticket.status)

    assert ticket.history.count() == before


@pytest.mark.parametrize(
    ("noun", "given"),
    [
        ("status", {"status": "nonsense"}),
        ("priority", {"priority": "9"}),
        ("assignee", {"assignee": "00000000-0000-0000-0000-000000000000"}),
        ("department", {"department": ""}),
        ("subject", {"subject": "   "}),
        ("tags", {"name": ""}),
    ],
)
def test_what_cannot_be_is_refused_and_said(desk: Client, ticket: Ticket, noun: str, given: Any) -> None:
    before = ticket.history.count()

    answer = post(desk, ticket, noun, **given)

    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert ticket.history.count() == before


def test_the_priority_is_set(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "priority", priority="4")

    ticket.refresh_from_db()
    assert ticket.priority == Priority.URGENT


def test_a_colleague_takes_over_and_nobody_does(desk: Client, ticket: Ticket, colleague: User) -> None:
    text = post(desk, ticket, "assignee", assignee=str(colleague.pk)).content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee == colleague
    assert "assigned the ticket to Ben Colleague" in text

    text = post(desk, ticket, "assignee", assignee="").content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert "Take it" in text


def test_somebody_who_left_cannot_be_chosen(desk: Client, ticket: Ticket, colleague: User) -> None:
    colleague.is_active = False
    colleague.save()

    assert "Ben Colleague" not in page(desk, url(ticket))
    assert post(desk, ticket, "assignee", assignee=str(colleague.pk)).status_code == 422


def test_it_moves_to_another_department(desk: Client, ticket: Ticket) -> None:
    other = DepartmentFactory(name="Repairs")

    text = post(desk, ticket, "department", department=str(other.pk)).content.decode()

    ticket.refresh_from_db()
    assert ticket.department == other
    assert "moved the ticket from Support to Repairs" in text


def test_the_subject_is_one_line(desk: Client, ticket: Ticket) -> None:
    text = post(desk, ticket, "subject", subject="  Screen\nstays black ").content.decode()

    ticket.refresh_from_db()
    assert ticket.subject == "Screen stays black"
    assert "<h1>Screen stays black</h1>" in text


def test_tags_come_and_go(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "tags", name="  spare   parts ")
    assert {tagging.tag.name for tagging in ticket.taggings.filter(deleted_at=None)} == {
        "warranty",
        "spare parts",
    }

    tag = Tag.objects.get(name="spare parts")
    text = post(desk, ticket, f"tags/{tag.pk}/removal").content.decode()
    assert "removed the tag “spare parts”" in text
    assert {tagging.tag.name for tagging in ticket.taggings.filter(deleted_at=None)} == {"warranty"}


def test_known_tags_are_offered(desk: Client, ticket: Ticket) -> None:
    TagFactory(name="invoice")

    assert '<option value="invoice">' in page(desk, url(ticket, "tags/choices/"), **HTMX)


def test_the_row_keeps_the_list_that_it_is_in(desk: Client, ticket: Ticket, department: Department) -> None:
    text = post(desk, ticket, "priority", priority="1", **{"in": f"d-{department.slug}"}).content.decode()

    assert f"/desk/tickets/{ticket.number}/?in=d-support" in text


def test_a_made_up_list_is_ignored(desk: Client, ticket: Ticket) -> None:
    text = post(desk, ticket, "priority", priority="1", **{"in": '"><script>'}).content.decode()

    assert "<script>" not in text
    assert "?in=open" in text


def test_others_tickets_stay_as_they_are(desk: Client, ticket: Ticket) -> None:
    other = TicketFactory()

    post(desk, ticket, "status", status="closed")

    other.refresh_from_db()
    assert other.status == Status.NEW
