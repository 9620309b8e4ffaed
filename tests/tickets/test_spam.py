"""Spam: the ticket goes, the sender is remembered; nothing is lost, and the sender is forgotten in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts import spam as senders
from contacts.models import Contact
from privacy import access, binning, purging
from privacy.enums import BinReason
from privacy.models import Binned, RetentionRule, User
from tests import factories
from tests.tickets.channels.post import letter
from tickets import spam
from tickets.channels.email import attention, inbound
from tickets.channels.email.reasons import Reason
from tickets.enums import InboundState
from tickets.models import InboundMail, Mailbox, Message, OutboundMail, Ticket
from tickets.models.department import EVERYWHERE

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def ticket(mailbox: Mailbox) -> Ticket:
    """Opened by a mail that is spam."""
    made = inbound.receive(letter(), mailbox=mailbox).ticket
    assert made is not None
    return made


def test_the_ticket_goes_and_the_sender_is_remembered(ticket: Ticket, admin: User) -> None:
    entry = spam.mark(ticket, by=admin)
    assert entry is not None
    assert (entry.record_id, entry.reason, entry.binned_by) == (ticket.pk, BinReason.SPAM, admin.pk)
    sender = Contact.objects.get(pk=ticket.requester_id)
    assert sender.spam_at is not None
    assert sender.history.first().actor_id == admin.pk


def test_later_mails_are_kept_out_sealed_and_unanswered(
    ticket: Ticket, mailbox: Mailbox, admin: User
) -> None:
    spam.mark(ticket, by=admin)
    answered = OutboundMail.objects.count()
    for mail in (letter("Buy"), letter("Buy more", Subject=f"Re: [#{ticket.number}]")):
        outcome = inbound.receive(mail, mailbox=mailbox)
        assert (outcome.action, outcome.reason) == ("ignored", Reason.SPAM_SENDER)
    kept = InboundMail.objects.filter(state=InboundState.SPAM)
    assert [b"Buy" in mail.raw.read_plain() for mail in kept] == [True, True]
    assert not Ticket.objects.exists()
    assert OutboundMail.objects.count() == answered


def test_the_sender_is_known_in_the_bin_too(ticket: Ticket, mailbox: Mailbox, admin: User) -> None:
    spam.mark(ticket, by=admin)
    binning.bin(ticket.requester, by=admin)
    assert inbound.receive(letter("Buy"), mailbox=mailbox).reason == Reason.SPAM_SENDER
    assert not Contact.objects.filter(pk=ticket.requester_id).exists()


def test_what_comes_back_was_no_spam(ticket: Ticket, mailbox: Mailbox, admin: User) -> None:
    spam.mark(ticket, by=admin)
    binning.restore(ticket, by=admin)
    assert inbound.receive(letter("Why?"), mailbox=mailbox).action == "opened"


def test_a_mail_that_was_kept_out_is_taken_in(ticket: Ticket, mailbox: Mailbox, admin: User) -> None:
    spam.mark(ticket, by=admin)
    inbound.receive(letter("A real question"), mailbox=mailbox)
    mail = InboundMail.objects.get(state=InboundState.SPAM)
    assert not attention.retry(mail, by=admin)
    made = attention.take_in(mail, by=admin)
    assert Message.objects.get(ticket=made).body_text.strip() == "A real question"
    assert inbound.receive(letter("And again"), mailbox=mailbox).action in ("opened", "replied")


def test_it_takes_the_right_to_delete_the_ticket(ticket: Ticket) -> None:
    user = factories.UserFactory(profile=factories.ProfileFactory(rights=["tickets.view", EVERYWHERE]))
    for act in (lambda: spam.mark(ticket, by=user), lambda: spam.clear(ticket.requester, by=user)):
        with pytest.raises(access.Denied):
            act()
    assert not Binned.objects.exists()
    assert Contact.objects.get(pk=ticket.requester_id).spam_at is None


def test_senders_and_their_mails_go_in_their_own_time(
    ticket: Ticket, mailbox: Mailbox, admin: User, stranger: Contact
) -> None:
    spam.mark(ticket, by=admin)
    inbound.receive(letter("Buy"), mailbox=mailbox)
    RetentionRule(term="mails.spam", days=10).save()
    RetentionRule(term="contacts.spam", days=20).save()
    purging.purge(as_of=NOW + 11 * DAY)
    assert not InboundMail.objects.filter(state=InboundState.SPAM).exists()
    purging.purge(as_of=NOW + 19 * DAY)
    assert Contact.objects.filter(pk=ticket.requester_id).exists()
    purging.purge(as_of=NOW + 21 * DAY)
    assert list(Contact.objects.all()) == [stranger]
    assert Binned.objects.get(record_id=ticket.requester_id).reason == BinReason.TERM


def test_a_marked_sender_with_a_living_ticket_stays(ticket: Ticket, admin: User) -> None:
    senders.mark(ticket.requester, by=admin)
    purging.purge(as_of=NOW + 1000 * DAY)
    assert Contact.objects.filter(pk=ticket.requester_id).exists()
