"""``kill -9`` of a process that erases, wherever it is: the next one goes on, and nothing readable is left."""

import os
import signal
import threading
import time
from typing import Any

import pytest
from django.db import connections

from contacts.models import Contact, Identity
from privacy import erasure, tasks
from privacy.erasure import carrying_out, ledger, person, rows
from privacy.models import ErasureMark
from privacy.vault import keys
from privacy.vault.fields import is_erased
from tests import factories
from tests.faults.test_conversion_kills import locked
from tests.faults.test_kills import until
from tests.faults.waiting import is_waiting
from tests.processes import Worker
from tickets.enums import Status
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])

POINTS = {
    "rows": (rows, "empty"),
    "mark": (carrying_out, "ErasureMark"),
    "person": (person, "empty"),
    "key": (keys, "destroy"),
}


def killed_at(point: str, entry_id: Any) -> None:
    """A child process that carries on and is killed the moment it comes to this point."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        module, name = POINTS[point]
        setattr(module, name, lambda *_a, **_k: os.kill(os.getpid(), signal.SIGKILL))
        if point == "mark":
            carrying_out.ErasureMark.objects = _Killer()  # type: ignore[attr-defined]
        carrying_out.carry_on(entry_id)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it never came to {point}"


class _Killer:
    def get_or_create(self, **_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_is_finished_by_the_next(customer: Contact, point: str) -> None:
    ticket = factories.TicketFactory(requester=customer, status=Status.CLOSED, subject="Kept?")
    for number in range(3):
        factories.MessageFactory(ticket=ticket, body_text=f"Text {number}", message_id=f"{number}@x.example")
    entry = erasure.begin(customer, by=None, tells=False)
    killed_at(point, entry.pk)
    assert ledger.entries().get(pk=entry.pk).finished_at is None
    assert ledger.unfinished() == []  # leased to the dead one
    ledger.entries().update(leased_until=entry.started_at)

    assert erasure.carry_on_all() == 1

    keys.forget()
    assert is_erased(Ticket.objects.get().subject)
    assert all(is_erased(each.body_text) for each in Message.objects.all())
    assert not Message.objects.filter(message_id_index__isnull=False).exists()
    assert not Identity.everything.exists()
    assert ErasureMark.objects.count() == 1
    assert keys.is_destroyed(customer.pk)


def test_two_at_once_do_it_once(customer: Contact) -> None:
    for _ in range(5):
        factories.TicketFactory(requester=customer, status=Status.CLOSED)
    entry = erasure.begin(customer, by=None, tells=False)
    done = []

    def work() -> None:
        done.append(erasure.carry_on(entry.pk))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert True in done
    time.sleep(0)
    assert keys.is_destroyed(customer.pk)
    assert ErasureMark.objects.count() == 1


def test_a_real_worker_killed_in_the_middle_is_followed_by_the_next(
    customer: Contact, worker: Worker
) -> None:
    ticket = factories.TicketFactory(requester=customer, status=Status.CLOSED)
    for _ in range(3):
        factories.MessageFactory(ticket=ticket)
    worker.kill()
    entry = erasure.begin(customer, by=None, tells=False)  # what it asks the broker for waits there
    held = f'SELECT id FROM "{Identity._meta.db_table}" WHERE contact_id = %s FOR UPDATE'
    with locked(held, customer.pk):  # an address that can't go as long as we hold it
        worker.start()
        until(is_waiting)
        worker.kill()
    assert ledger.entries().get(pk=entry.pk).finished_at is None
    assert not keys.is_destroyed(customer.pk)

    ledger.entries().update(leased_until=entry.started_at)
    worker.start()
    tasks.carry_on_erasures.delay()
    until(lambda: ledger.entries().get(pk=entry.pk).finished_at is not None)

    keys.forget()
    assert keys.is_destroyed(customer.pk)
    assert all(is_erased(each.body_text) for each in Message.objects.all())
