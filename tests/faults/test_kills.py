"""``kill -9`` of a real worker at each step of receiving and sending; a database and a broker that go."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from helpdesk.celery import app
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy.models import User
from tests.processes import Worker
from tests.tickets.channels.post import ADDRESS, letter
from tickets import lifecycle, tasks
from tickets.channels import outgoing
from tickets.channels.email import inbound, outbound
from tickets.enums import DeliveryState
from tickets.models import Mailbox, Message, OutboundMail, Ticket

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
    OutboundMail.objects.update(claimed_at=timezone.now() - 2 * outgoing.LEASE)


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


@pytest.mark.parametrize("point", ["login", "search", "fetch", "store", "store-done"])
def test_killed_while_fetching_no_mail_is_lost_or_doubled(
    mailbox: Mailbox, worker: Worker, post_office: DemoMailServer, point: str
) -> None:
    for number in range(3):
        post_office.deliver(letter(f"Question {number}", sender=f"c{number % 2}@customer.example"), ADDRESS)
    post_office.faults.delay(point, LONG)
    tasks.poll_mailbox.delay(str(mailbox.pk))
    if point.startswith("store"):
        until(lambda: Message.objects.count())
    time.sleep(1.0)
    worker.kill()
    post_office.faults.clear()

    worker.start()

    until(lambda: _polled(mailbox) == 3)
    time.sleep(0.5)
    assert sorted(message.body_text for message in Message.objects.all()) == [
        "Question 0",
        "Question 1",
        "Question 2",
    ]


def test_connections_to_the_database_cut_under_load_lose_and_double_nothing(
    mailbox: Mailbox, worker: Worker, post_office: DemoMailServer
) -> None:
    """What a restart of PostgreSQL does to everybody who is connected, again and again."""
    for number in range(20):
        post_office.deliver(letter(f"Question {number}", sender=f"c{number % 7}@customer.example"), ADDRESS)
    for _ in range(6):
        tasks.poll_mailbox.delay(str(mailbox.pk))
        time.sleep(0.4)
        _cut_connections()

    until(lambda: _polled(mailbox) == 20)
    assert len({message.body_text for message in Message.objects.all()}) == 20


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


def test_many_workers_at_once_send_each_mail_once(
    mailbox: Mailbox, agent: User, post_office: DemoMailServer
) -> None:
    inbound.receive(letter(), mailbox=mailbox)
    for number in range(8):
        lifecycle.reply(Ticket.objects.get(), by=agent, body_text=f"Answer {number}")

    def work() -> None:
        outbound.send_due()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(OutboundMail.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert len(post_office.messages(CARLA)) == 9


def _polled(mailbox: Mailbox) -> int:
    """What the timetable does, again and again; how many messages there are."""
    tasks.poll_mailbox.delay(str(mailbox.pk))
    time.sleep(1.0)
    return int(Message.objects.count())


def _cut_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
