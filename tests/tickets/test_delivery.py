"""What goes out is queued with what caused it: once for each answer, a few times a day to confirm."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from contacts.models import Contact
from privacy import actor
from privacy.models import User
from tests import factories
from tests.threads import together
from tickets import delivery, lifecycle
from tickets.enums import Channel, DeliveryState, MessageKind, OutboundKind
from tickets.lifecycle import MailFacts
from tickets.models import OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def opened(customer: Contact, **given: Any) -> Ticket:
    return lifecycle.open(
        requester=customer, subject="?", body_text="?", channel=Channel.EMAIL, by=customer, **given
    )


def mails(kind: OutboundKind) -> list[OutboundMail]:
    return list(OutboundMail.objects.filter(kind=kind).order_by("created_at"))


def test_an_answer_is_queued_once(customer: Contact, agent: User, department: object) -> None:
    message = lifecycle.reply(opened(customer), by=agent, body_text="!")
    first = delivery.send(message)
    assert delivery.send(message) == first
    (mail,) = mails(OutboundKind.REPLY)
    assert (mail, mail.state, mail.attempts, mail.error) == (first, DeliveryState.QUEUED, 0, "")
    assert mail.next_attempt_at <= timezone.now()


def test_the_database_refuses_a_second_one(customer: Contact, agent: User, department: object) -> None:
    message = lifecycle.reply(opened(customer), by=agent, body_text="!")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundMail(kind=OutboundKind.REPLY, message=message, recipient=customer).save()


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_at_once_queue_one() -> None:
    message = factories.MessageFactory(kind=MessageKind.AGENT)
    together(*[partial(delivery.send, message)] * 4)
    assert len(mails(OutboundKind.REPLY)) == 1


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_what_is_rolled_back_was_never_queued(agent: User) -> None:
    ticket = factories.TicketFactory()
    with transaction.atomic():
        lifecycle.reply(ticket, by=agent, body_text="!")
        transaction.set_rollback(True)
    assert not OutboundMail.objects.exists()


def test_a_new_ticket_is_confirmed(customer: Contact, department: object) -> None:
    ticket = opened(customer)
    (mail,) = mails(OutboundKind.CONFIRMATION)
    assert (mail.ticket, mail.recipient, mail.message) == (ticket, customer, ticket.messages.get())
    opened(customer, confirm=False)
    opened(customer, mail=MailFacts(is_auto=True))
    assert len(mails(OutboundKind.CONFIRMATION)) == 1


def test_confirmations_to_one_person_are_capped_a_day(
    customer: Contact, stranger: Contact, department: object
) -> None:
    start = datetime(2024, 3, 1, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(8):
            opened(customer)
            clock.shift(timedelta(minutes=10))
        assert len(mails(OutboundKind.CONFIRMATION)) == delivery.CONFIRMATIONS_A_DAY == 5
        opened(stranger)
        assert len(mails(OutboundKind.CONFIRMATION)) == 6
        clock.shift(timedelta(days=1))
        opened(customer)
        assert len(mails(OutboundKind.CONFIRMATION)) == 7


def test_the_broker_is_told_after_the_commit_and_ids_only(
    customer: Contact, department: object, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda self, *args, **kw: told.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        opened(customer)
        assert told == []
    (mail,) = mails(OutboundKind.CONFIRMATION)
    assert told == [("tickets.tasks.send_mail", [str(mail.pk)])]


def test_a_broker_that_is_away_does_no_harm(
    customer: Contact, department: object, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.app.base.Celery.send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        opened(customer)
    assert mails(OutboundKind.CONFIRMATION)[0].state == DeliveryState.QUEUED


def test_what_happened_earlier_is_not_sent_again(customer: Contact, agent: User, department: object) -> None:
    moment = datetime(2023, 1, 1, tzinfo=UTC)
    with actor.at(moment):
        lifecycle.reply(opened(customer), by=agent, body_text="!")
    sent = [(mail.state, mail.sent_at) for mail in OutboundMail.objects.all()]
    assert sent == [(DeliveryState.SENT, moment)] * 2


# -- what the agent decides


@pytest.fixture
def mail(customer: Contact) -> OutboundMail:
    return delivery.send_sign_in(customer)


@pytest.mark.parametrize("state", DeliveryState.values)
def test_only_what_failed_or_is_uncertain_is_sent_again(mail: OutboundMail, state: str) -> None:
    mail.state, mail.attempts, mail.error_code, mail.error = state, 7, "refused", "550 no such user"
    mail.next_attempt_at = timezone.now() + timedelta(days=1)
    mail.save()
    again = state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN)
    assert delivery.retry(mail) is again
    row = OutboundMail.objects.get()
    if again:
        assert (row.state, row.attempts, row.error_code, row.error) == (DeliveryState.QUEUED, 0, "", "")
        assert row.next_attempt_at <= timezone.now()
    else:
        assert (row.state, row.attempts, row.error) == (state, 7, "550 no such user")


@pytest.mark.parametrize("state", DeliveryState.values)
def test_only_what_is_uncertain_can_be_called_sent(mail: OutboundMail, state: str) -> None:
    mail.state = state
    mail.save()
    changed = delivery.mark_sent(mail)
    assert changed is (state == DeliveryState.UNCERTAIN)
    row = OutboundMail.objects.get()
    assert (row.state, row.sent_at is not None) == (DeliveryState.SENT if changed else state, changed)


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_who_press_retry_at_once_send_it_once() -> None:
    mail = delivery.send_sign_in(factories.ContactFactory())
    mail.state = DeliveryState.FAILED
    mail.save()
    assert sorted(together(*[partial(delivery.retry, mail)] * 3)) == [False, False, True]


def test_the_servers_answer_is_sealed(mail: OutboundMail) -> None:
    mail.error = "550 5.1.1 <carla@customer.example> unknown"
    mail.save()
    raw = OutboundMail.objects.values_list("error", flat=True).get()
    assert b"carla" not in raw
    assert OutboundMail.objects.get().error.startswith("550")
