"""Tickets that agents write down for others."""

from typing import Any

import pytest
from django.test import Client

from contacts import identification
from contacts.models import Contact
from privacy.models import User
from tests.tickets.views.desk.conftest import page
from tickets.enums import Channel, MessageKind, Priority
from tickets.models import Department, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(department: Department) -> dict[str, Any]:
    return {
        "customer": "+49 461 123456",
        "full_name": "Cal Caller",
        "subject": "Flat tyre",
        "body": "Asks for an appointment.",
        "department": str(department.pk),
        "priority": "3",
        "assign_to_me": "on",
    }


def test_somebody_who_calls_gets_a_ticket(desk: Client, agent: User, given: dict[str, Any]) -> None:
    answer = desk.post("/desk/tickets/new/", given)

    made = Ticket.objects.get()
    assert answer["Location"] == f"/desk/tickets/{made.number}/"
    assert (made.subject, made.priority, made.channel) == ("Flat tyre", Priority.HIGH, Channel.DESK)
    assert made.assignee == agent
    assert made.requester.full_name == "Cal Caller"
    assert identification.find("+49461123456") == made.requester
    message = Message.objects.get()
    assert (message.kind, message.body_text) == (MessageKind.CUSTOMER, "Asks for an appointment.")
    assert not OutboundMail.objects.exists()


def test_a_known_customer_is_recognised(desk: Client, customer: Contact, given: dict[str, Any]) -> None:
    desk.post("/desk/tickets/new/", {**given, "customer": "Carla@Customer.example", "full_name": "Other"})

    made = Ticket.objects.get()
    assert made.requester == customer
    assert made.requester.full_name == "Carla Customer"


def test_a_confirmation_goes_out_only_if_wanted_and_possible(
    desk: Client, customer: Contact, given: dict[str, Any]
) -> None:
    desk.post("/desk/tickets/new/", {**given, "confirm": "on"})
    assert not OutboundMail.objects.exists()

    desk.post("/desk/tickets/new/", {**given, "customer": "carla@customer.example", "confirm": "on"})
    assert OutboundMail.objects.get().kind == "confirmation"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customer", "nobody"),
        ("customer", ""),
        ("subject", ""),
        ("body", ""),
        ("department", "x"),
        ("priority", "9"),
    ],
)
def test_errors_stand_next_to_their_field_and_nothing_is_lost(
    desk: Client, given: dict[str, Any], field: str, value: str
) -> None:
    answer = desk.post("/desk/tickets/new/", {**given, field: value})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text
    assert "Please check this" in text
    assert "Cal Caller" in text
    assert not Ticket.objects.exists()


def test_from_a_customers_panel_the_form_knows_them(desk: Client, customer: Contact) -> None:
    text = page(desk, f"/desk/tickets/new/?for={customer.pk}")

    assert 'value="carla@customer.example"' in text
    assert 'value="Carla Customer"' in text
    assert desk.get("/desk/tickets/new/?for=00000000-0000-0000-0000-000000000000").status_code == 404
