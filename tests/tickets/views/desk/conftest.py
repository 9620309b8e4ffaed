"""What tests of the desk start from: an agent at their browser, and a ticket with all sorts of messages."""

from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from privacy.models import User
from privacy.vault import keys
from tickets import assignment, lifecycle, tagging
from tickets.attaching import NewAttachment
from tickets.enums import Channel
from tickets.models import Department, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    """The browser of an agent, signed in."""
    client.force_login(agent)
    return client


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    """Asked with a picture, noted, answered with a copy, tagged, assigned."""
    made = lifecycle.open(
        requester=customer,
        subject="Black display",
        body_text="The display is black.",
        channel=Channel.EMAIL,
        by=customer,
        department=department,
        attachments=[NewAttachment("display.png", "image/png", PNG)],
    )
    lifecycle.note(made, by=agent, body_text="She is nice.")
    lifecycle.reply(made, by=agent, body_text="Is it plugged in?", cc=["chef@customer.example"])
    tagging.tag(made, "warranty", by=agent)
    assignment.assign(made, agent, by=agent)
    made.refresh_from_db()
    return made


def url(ticket: Ticket, noun: str = "") -> str:
    return f"/desk/tickets/{ticket.number}/{noun}"


def queries(client: Client, address: str, **headers: str) -> int:
    """How many statements a page takes on both databases, nothing being known from before."""
    client.get(address, headers=headers)  # whatever is read once a process
    keys.forget()
    with (
        CaptureQueriesContext(connections["default"]) as data,
        CaptureQueriesContext(connections["vault"]) as vault,
    ):
        assert client.get(address, headers=headers).status_code == 200
    return len(data) + len(vault)


def page(client: Client, address: str, **headers: Any) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text
