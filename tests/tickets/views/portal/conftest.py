"""What tests of the portal start from: a ticket with all sorts of messages, customers, filled forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from contacts import sessions
from contacts.models import Contact
from privacy.models import User
from tickets import lifecycle, portal_access
from tickets.attaching import NewAttachment
from tickets.enums import Channel
from tickets.forms.once import new_key
from tickets.models import Department, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SECRET = "the customer must not read this"


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    """Asked, noted, answered; a file with each."""
    made = lifecycle.open(
        requester=customer,
        subject="Black display",
        body_text="The display is black.",
        channel=Channel.EMAIL,
        by=customer,
        department=department,
        attachments=[NewAttachment("display.png", "image/png", PNG)],
    )
    lifecycle.note(
        made, by=agent, body_text=SECRET, attachments=[NewAttachment(f"{SECRET}.txt", "", b"secret")]
    )
    lifecycle.reply(
        made, by=agent, body_text="Is it plugged in?", attachments=[NewAttachment("manual.pdf", "", b"%PDF")]
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def foreign_ticket(stranger: Contact, department: Department) -> Ticket:
    """Somebody else's."""
    return lifecycle.open(
        requester=stranger,
        subject="Not yours",
        body_text="Secret of Stan",
        channel=Channel.EMAIL,
        by=stranger,
    )


def sign_in(client: Client, contact: Contact, at: float | None = None) -> Client:
    """Put a customer into the browser's session, as of now or of another moment (a timestamp)."""
    session = client.session
    session[sessions.CUSTOMER] = str(contact.pk)
    session[sessions.SINCE] = timezone.now().timestamp() if at is None else at
    session.save()
    return client


@pytest.fixture
def own(client: Client, customer: Contact) -> Client:
    """The browser of the customer, signed in."""
    return sign_in(client, customer)


def follow(client: Client, ticket: Ticket) -> Any:
    """Press the button behind the link in a ticket's mail."""
    return client.post(path_of(portal_access.ticket_link(ticket)))


def path_of(link: str) -> str:
    """An address in a mail without its host."""
    return link[link.index("/portal/") :]


def key_of_age(**age: float) -> str:
    """The hidden key of a form that was opened some time ago."""
    with time_machine.travel(timezone.now() - timedelta(**age)):
        return new_key()


@pytest.fixture
def filled() -> Callable[..., dict[str, Any]]:
    """A question as a visitor fills it in within half a minute."""

    def fill(**changes: Any) -> dict[str, Any]:
        return {
            "name": "Vera Visitor",
            "email": "vera@visitor.example",
            "subject": "Where is my parcel?",
            "body": "It was sent on Monday.",
            "website": "",
            "key": key_of_age(seconds=30),
            **changes,
        }

    return fill
