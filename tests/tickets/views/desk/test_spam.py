"""Spam at the desk: one button, a way back, and a list of what was kept out."""

import pytest
from django.test import Client

from contacts.models import Contact
from privacy.models import User
from tests import factories
from tests.tickets.channels.post import letter
from tests.tickets.views.desk.conftest import page, url
from tickets.channels.email import inbound
from tickets.enums import InboundState
from tickets.models import InboundMail, Mailbox, Ticket

pytestmark = pytest.mark.django_db

SPAM = "/desk/mail/spam/"


@pytest.fixture
def mailbox() -> Mailbox:
    made: Mailbox = factories.MailboxFactory(address="support@helpdesk.example")
    return made


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def ticket(mailbox: Mailbox) -> Ticket:
    made = inbound.receive(letter(), mailbox=mailbox).ticket
    assert made is not None
    return made


def test_a_ticket_is_marked_and_taken_back(desk: Client, ticket: Ticket) -> None:
    assert url(ticket, "spam/") in page(desk, url(ticket))
    marked = desk.post(url(ticket, "spam/"), {"in": "open"}, follow=True)
    assert marked.redirect_chain[-1][0] == "/desk/queues/open/"
    said = marked.content.decode()
    assert f"#{ticket.number} is in the recycle bin as spam" in said
    person = f"/desk/people/{ticket.requester_id}/"
    assert "Mails are kept out as spam" in page(desk, person)
    undo = said.split('action="/desk/bin/acts/')[1].split('"')[0]
    assert "1 was restored." in desk.post(f"/desk/bin/acts/{undo}", follow=True).content.decode()
    assert Ticket.objects.get() == ticket
    assert "Mails are kept out as spam" not in page(desk, person)


def test_what_was_kept_out_can_be_looked_at_and_taken_in(
    desk: Client, ticket: Ticket, mailbox: Mailbox
) -> None:
    assert "Nothing was kept out" in page(desk, SPAM)
    desk.post(url(ticket, "spam/"))
    inbound.receive(letter("A real question", Subject="Where is it?"), mailbox=mailbox)
    mail = InboundMail.objects.get(state=InboundState.SPAM)
    listed = page(desk, SPAM)
    assert "Where is it?" in listed
    assert "After 30 days they are gone for good." in listed
    assert "A real question" in page(desk, f"/desk/mail/attention/{mail.pk}/raw/")
    answer = desk.post(f"{SPAM}{mail.pk}/ticket/")
    assert answer["Location"] == url(Ticket.objects.get())
    assert desk.post(f"{SPAM}{mail.pk}/ticket/")["Location"] == url(Ticket.objects.get())


def test_a_contact_can_be_cleared(desk: Client, ticket: Ticket) -> None:
    desk.post(url(ticket, "spam/"))
    desk.post(f"/desk/people/{ticket.requester_id}/spam/removal/")
    assert Contact.objects.get(pk=ticket.requester_id).spam_at is None


def test_who_sees_no_held_mail_sees_none_here(client: Client, agent: User, ticket: Ticket) -> None:
    agent.profile = factories.ProfileFactory(rights=["tickets.view"])
    agent.save()
    client.force_login(agent)
    InboundMail.objects.update(state=InboundState.SPAM)
    assert "Nothing was kept out" in page(client, SPAM)
    assert client.post(url(ticket, "spam/")).status_code in (403, 404)
