"""``kill -9`` of a real worker at each step of receiving and sending; a database and a broker that go."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.celery import app
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy.models import User
from tests.processes import Worker
from tests.tickets.channels.post import letter
from tickets import lifecycle, tasks
from tickets.channels.email import inbound, outbound
from tickets.enums import DeliveryState
from tickets.models import Mailbox, OutboundMail, Ticket

CARLA = "carla@customer.example"
LONG = 60.0
PATIENCE = 60.0

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


def until(what: Callable[[], Any]) -> Any:
    """The first true answer; an AssertionError if there is none for long."""
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
    return found


def abandon() -> None:
    """Let the time pass after which a claimed mail counts as abandoned."""
    OutboundMail.objects.update(claimed_at=timezone.now() - 2 * outbound.LEASE)


def state_of(mail: OutboundMail) -> str:
    return str(OutboundMail.objects.get(pk=mail.pk).state)


@pytest.fixture
def answer(mailbox: Mailbox, agent: User) -> OutboundMail:
    """An agent's answer, queued in the database; no broker was told."""
    inbound.receive(letter(), mailbox=mailbox)
    message = lifecycle.reply(Ticket.objects.get(), by=agent, body_text="Size L.")
    OutboundMail.objects.exclude(message=message, kind="reply").delete()
    return OutboundMail.objects.get()  # type: ignore[no-any-return]


@pytest.mark.parametrize("point", ["connect", "mail", "rcpt", "data"])
def test_killed_before_the_end_the_mail_goes_out_once(
    answer: OutboundMail, worker: Worker, post_office: DemoMailServer, point: str
) -> None:
    post_office.faults.delay("ehlo" if point == "connect" else point, LONG)
    tasks.send_mail.delay(str(answer.pk))
    until(lambda: state_of(answer) != DeliveryState.QUEUED)
    time.sleep(0.3)
    worker.kill()
    post_office.faults.clear()

    abandon()
    outbound.send_due()
    outbound.send_due()

    sent = len(post_office.messages(CARLA))
    assert (state_of(answer), sent) in [(DeliveryState.SENT, 1), (DeliveryState.UNCERTAIN, 0)]
    assert point == "data" or sent == 1


def test_killed_after_the_end_it_is_not_sent_again(
    answer: OutboundMail, worker: Worker, post_office: DemoMailServer
) -> None:
    post_office.faults.delay("data-done", LONG)
    tasks.send_mail.delay(str(answer.pk))
    until(lambda: state_of(answer) == DeliveryState.HANDING_OVER)
    until(lambda: post_office.messages(CARLA))
    worker.kill()

    abandon()
    worker.start()
    tasks.send_due.delay()

    until(lambda: state_of(answer) == DeliveryState.UNCERTAIN)
    assert len(post_office.messages(CARLA)) == 1


def test_a_broker_that_forgets_loses_no_mail(
    answer: OutboundMail, worker: Worker, post_office: DemoMailServer
) -> None:
    worker.kill()
    tasks.send_mail.delay(str(answer.pk))
    app.control.purge()
    worker.start()
    time.sleep(0.5)
    assert post_office.messages(CARLA) == []

    tasks.send_due.delay()

    until(lambda: state_of(answer) == DeliveryState.SENT)
    assert len(post_office.messages(CARLA)) == 1
