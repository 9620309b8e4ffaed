"""The desk's lists: what is in them, what a row says, how they page, what they cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy.models import User
from privacy.web.lists import key_of
from tests.factories import ContactFactory, MessageFactory, TagFactory, TicketFactory, UserFactory
from tests.tickets.views.desk.conftest import HTMX, page, queries
from tickets import lifecycle
from tickets.enums import Channel, DeliveryState, MessageKind, Priority, Status
from tickets.models import Department, OutboundMail, Ticket

pytestmark = pytest.mark.django_db


def test_strangers_sign_in_first(client: Client) -> None:
    answer = client.get("/desk/queues/open/")

    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=%2Fdesk%2Fqueues%2Fopen%2F"


def test_the_desk_opens_with_ones_own_tickets(desk: Client, agent: User, ticket: Ticket) -> None:
    TicketFactory(subject="Of a colleague", assignee=UserFactory(), department=ticket.department)

    text = page(desk, "/desk/")

    assert "Black display" in text
    assert "Of a colleague" not in text


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("mine", {"Mine"}),
        ("unassigned", {"Nobody's", "Waits"}),
        ("open", {"Mine", "Nobody's", "Waits"}),
        ("waiting", {"Waits"}),
        ("done", {"Settled"}),
        ("all", {"Mine", "Nobody's", "Waits", "Settled"}),
    ],
)
def test_each_view_holds_its_tickets(desk: Client, agent: User, key: str, found: set[str]) -> None:
    TicketFactory(subject="Mine", assignee=agent)
    TicketFactory(subject="Nobody's")
    TicketFactory(subject="Waits", status=Status.PENDING)
    TicketFactory(subject="Settled", status=Status.CLOSED)

    text = page(desk, f"/desk/queues/{key}/").replace("&#x27;", "'")

    assert {
        subject for subject in ("Mine", "Nobody's", "Waits", "Settled") if f">{subject}</span>" in text
    } - {"Mine"} == found - {"Mine"}
    assert ('title cut">Mine<' in text) == ("Mine" in found)


def test_a_department_shows_its_open_tickets_only(desk: Client, department: Department) -> None:
    TicketFactory(subject="Ours", department=department)
    TicketFactory(subject="Theirs")
    TicketFactory(subject="Done with", department=department, status=Status.CLOSED)

    text = page(desk, "/desk/departments/support/")

    assert "Ours" in text
    assert "Theirs" not in text
    assert "Done with" not in text


def test_unknown_views_and_pages_do_not_exist(desk: Client) -> None:
    assert desk.get("/desk/queues/nonsense/").status_code == 404
    assert desk.get("/desk/departments/nonsense/").status_code == 404
    assert desk.get("/desk/queues/open/?page=nonsense").status_code == 400


def test_a_row_says_who_what_and_how_urgent(desk: Client, agent: User, customer: Contact) -> None:
    made = lifecycle.open(
        requester=customer,
        subject="No light",
        body_text="It went out\n\nsuddenly.",
        channel=Channel.EMAIL,
        by=customer,
        priority=Priority.URGENT,
    )
    lifecycle.note(made, by=agent, body_text="Between us.")

    text = page(desk, "/desk/queues/unassigned/")

    assert "No light" in text
    assert "Carla Customer" in text
    assert "It went out suddenly." in text
    assert "Between us." not in text
    assert "Urgent" in text
    assert "Waits for us." in text


def test_a_row_tells_that_an_answer_did_not_go_out(desk: Client, ticket: Ticket) -> None:
    assert "An answer was not sent" not in page(desk, "/desk/queues/mine/")
    mail = OutboundMail.objects.get(ticket=ticket, kind="reply")
    mail.state = DeliveryState.FAILED
    mail.save()

    assert "An answer was not sent" in page(desk, "/desk/queues/mine/")


def test_a_hostile_subject_is_text(desk: Client) -> None:
    TicketFactory(subject="<script>alert(1)</script>")

    text = page(desk, "/desk/queues/open/")

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_pages_follow_one_another_without_gap_or_double(desk: Client, department: Department) -> None:
    now = timezone.now()
    contact = ContactFactory()
    for number in range(120):
        moment = now - timedelta(minutes=number // 3)  # many share a moment
        TicketFactory(
            subject=f"No {number}.", last_message_at=moment, requester=contact, department=department
        )

    seen: list[str] = []
    address = "/desk/queues/open/"
    while address:
        answer = desk.get(address, headers=HTMX if seen else {})
        seen += [row.subject for row in answer.context["page"].rows]
        older = answer.context["page"].older
        address = f"/desk/queues/open/?page={older}".replace("+", "%2B") if older else ""

    assert len(seen) == 120
    assert len(set(seen)) == 120


def test_htmx_gets_the_list_or_the_next_rows(desk: Client) -> None:
    first = TicketFactory()

    assert "<html" in page(desk, "/desk/queues/open/")
    assert page(desk, "/desk/queues/open/", **HTMX).startswith("\n<section") or "list-pane" in page(
        desk, "/desk/queues/open/", **HTMX
    )
    cursor = ">" + key_of(first, "last_message_at").replace("+", "%2B")
    assert "<html" not in page(desk, f"/desk/queues/open/?page={cursor}", **HTMX)


def test_going_back_in_the_browser_gets_a_whole_page(desk: Client) -> None:
    headers = {**HTMX, "HX-History-Restore-Request": "true"}

    assert "<html" in page(desk, "/desk/queues/open/", **headers)


def test_an_empty_list_says_where_there_is_work(desk: Client, department: Department) -> None:
    TicketFactory.create_batch(2, department=department)

    text = page(desk, "/desk/queues/mine/")

    assert "Nothing waits for you" in text
    assert "2 tickets are open in Support." in text


def test_counts_are_those_of_the_lists(desk: Client, agent: User, department: Department) -> None:
    TicketFactory.create_batch(2, assignee=agent, department=department)
    TicketFactory(department=department)

    text = page(desk, "/desk/counts/?current=mine", **HTMX)

    assert text.count('<span class="count">3</span>') == 2  # all open, and the department
    assert text.count('<span class="count">2</span>') == 1
    assert text.count('aria-current="page"') == 1


def test_news_tells_how_much_came_since(desk: Client) -> None:
    first = TicketFactory()
    than = key_of(first, "last_message_at").replace("+", "%2B")
    assert page(desk, f"/desk/news/open/?than={than}", **HTMX).strip() == ""

    TicketFactory(last_message_at=timezone.now() + timedelta(seconds=1))

    assert "1 ticket with news" in page(desk, f"/desk/news/open/?than={than}", **HTMX)


def test_a_list_costs_the_same_for_one_and_many(desk: Client, agent: User) -> None:
    def add() -> None:
        made = TicketFactory(assignee=UserFactory(), priority=Priority.HIGH)
        MessageFactory(ticket=made, kind=MessageKind.CUSTOMER)
        TagFactory()

    add()
    one = queries(desk, "/desk/queues/open/")
    for _ in range(12):
        add()

    assert queries(desk, "/desk/queues/open/") == one
    assert one <= 10
    assert queries(desk, "/desk/queues/open/", **HTMX) <= 11
