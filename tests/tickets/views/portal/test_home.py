"""Where customers arrive, their list of questions, the errors and the privacy notice."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact
from privacy.vault import keys
from tests.factories import DepartmentFactory, TicketFactory
from tickets.models import Ticket
from tickets.views.portal import home

pytestmark = pytest.mark.django_db


def test_a_visitor_can_ask_and_sign_in(client: Client) -> None:
    page = client.get("/portal/").content.decode()

    assert ('href="/portal/ask/"' in page, 'href="/portal/sign-in/"' in page) == (True, True)


def test_a_customer_sees_own_questions_at_once(own: Client, ticket: Ticket, foreign_ticket: Ticket) -> None:
    page = own.get("/portal/").content.decode()

    assert ("Hello Carla" in page, "Black display" in page, "Not yours" in page) == (True, True, False)


def test_a_customer_without_questions_is_told_so(own: Client) -> None:
    for address in ("/portal/", "/portal/tickets/"):
        assert "You haven't asked us anything yet" in own.get(address).content.decode()


def test_questions_stand_newest_first_on_pages(own: Client, customer: Contact) -> None:
    _make(customer, home.SHOWN + 3)

    first = own.get("/portal/tickets/")
    second = own.get("/portal/tickets/", {"page": first.context["list"].older})
    back = own.get("/portal/tickets/", {"page": second.context["list"].newer})
    subjects = [each.ticket.subject for page in (first, second) for each in page.context["list"].rows]
    assert subjects == [f"Question {n}" for n in range(home.SHOWN + 3)]
    assert [each.ticket.pk for each in back.context["list"].rows] == [
        each.ticket.pk for each in first.context["list"].rows
    ]
    assert own.get("/portal/tickets/", {"page": "<nonsense"}).status_code == 400


def test_the_list_costs_as_much_with_one_row_as_with_thirty(own: Client, customer: Contact) -> None:
    costs = []
    for count in (1, 29):
        _make(customer, count)
        with (
            CaptureQueriesContext(connections["default"]) as data,
            CaptureQueriesContext(connections["vault"]) as vault,
        ):
            own.get("/portal/tickets/")
        costs.append((len(data), len(vault)))

    assert costs[0] == costs[1]


def test_an_erased_question_says_so(own: Client, ticket: Ticket, customer: Contact) -> None:
    keys.destroy(customer.pk)

    for address in ("/portal/", "/portal/tickets/", f"/portal/tickets/{ticket.number}/"):
        page = own.get(address)
        assert page.status_code == 200
        assert "erased" in page.content.decode()


def test_a_contact_that_is_gone_is_signed_out(own: Client, customer: Contact) -> None:
    customer.bin(by=None)

    assert own.get("/portal/tickets/")["Location"].startswith("/portal/sign-in/")


def test_errors_stand_in_the_portals_frame(client: Client) -> None:
    answer = client.get("/portal/nothing/")

    assert answer.status_code == 404
    assert "portal-bar" in answer.content.decode()
    assert "portal-bar" not in client.get("/nothing/").content.decode()


def test_the_privacy_notice_lists_what_is_declared(client: Client) -> None:
    page = client.get("/portal/privacy/").content.decode()

    for words in (
        "Contract (Art. 6 (1) b)",
        "Answering requests",
        "contact (name)",
        "identity (address or number)",
    ):
        assert words.lower() in page.lower()
    assert "mailbox" not in page.lower().replace("mail servers", "")


@pytest.mark.parametrize("page", ["", "ask/", "sign-in/", "privacy/", "tickets/"])
def test_nothing_inline_and_nothing_from_elsewhere(own: Client, ticket: Ticket, page: str) -> None:
    html = own.get(f"/portal/{page}", follow=True).content.decode()

    for bad in (" style=", " onclick=", "<style", "javascript:", "//cdn", 'src="http'):
        assert bad not in html


def _make(customer: Contact, count: int) -> None:
    department = DepartmentFactory()
    for n in range(count):
        moment = timezone.now() - timedelta(hours=n)
        TicketFactory(
            requester=customer, department=department, subject=f"Question {n}", last_message_at=moment
        )
