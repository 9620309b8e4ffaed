"""What nobody deletes goes by itself, where an administrator has set a time; without one everything stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from privacy import purging
from privacy.models import Binned, RetentionRule
from tests import factories
from tests.tickets.channels.post import letter
from tickets import lifecycle
from tickets.channels.email import inbound
from tickets.models import Department, InboundMail, Mailbox, Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOW = timezone.now()
DAY = timedelta(days=1)


def rule(term: str, days: int = 30) -> None:
    RetentionRule(term=term, days=days).save()


def later(days: int) -> dict[str, int]:
    counts: Any = purging.purge(as_of=NOW + days * DAY).counts
    return dict(counts)


def test_without_rules_everything_stays(customer: Contact, stranger: Contact, department: Department) -> None:
    lifecycle.close(factories.TicketFactory(requester=customer, department=department), by=None)
    assert later(10_000) == {}
    assert (Ticket.objects.count(), Contact.objects.count()) == (1, 2)


def test_closed_tickets_go_to_the_bin_after_their_time(customer: Contact, department: Department) -> None:
    rule("tickets.closed")
    closed, done = (factories.TicketFactory(requester=customer, department=department) for _ in range(2))
    lifecycle.close(closed, by=None)
    lifecycle.resolve(done, by=None)
    later(29)
    assert Ticket.objects.count() == 2
    later(31)
    assert list(Ticket.objects.all()) == [done]
    assert [entry.record_id for entry in Binned.objects.all()] == [closed.pk]


def test_contacts_without_any_ticket_go(customer: Contact, stranger: Contact, department: Department) -> None:
    rule("contacts.idle")
    factories.TicketFactory(requester=customer, department=department)
    later(29)
    assert Contact.objects.count() == 2
    later(31)
    assert list(Contact.objects.all()) == [customer]
    assert [entry.record_id for entry in Binned.objects.all()] == [stranger.pk]


def test_originals_of_mails_go_and_their_messages_stay(mailbox: Mailbox) -> None:
    rule("mails.raw")
    inbound.receive(letter(), mailbox=mailbox)
    inbound.receive(b"no mail at all", mailbox=mailbox)
    assert later(29) == {}
    assert later(31) == {"tickets.InboundMail": 1}
    assert Message.objects.get().body_text.strip() == "My machine is broken."
    rule("mails.held", 40)
    assert later(41) == {"tickets.InboundMail": 1}
    assert not InboundMail.objects.exists()
