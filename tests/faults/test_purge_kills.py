"""``kill -9`` of a real worker in the middle of a purge: nothing is half gone, and the next one finishes."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from contacts.models import Contact
from privacy import tasks
from privacy.models import PurgeRun
from privacy.removal import BATCH
from tests import factories
from tests.faults.test_kills import until
from tests.faults.waiting import is_waiting
from tests.processes import Worker
from tickets.models import Department, Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])

TICKETS = BATCH + 20


def copies_of(ticket: Ticket, count: int) -> None:
    """Tickets with a message each, deleted 70 days ago; by SQL, because they are many."""
    gone = timezone.now() - timedelta(days=70)
    columns = [field.column for field in Ticket._meta.concrete_fields]
    of_message = [field.column for field in Message._meta.concrete_fields]
    taken = {"id": "gen_random_uuid()", "number": "number + 1000 + n", "deleted_at": "%s"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(columns)}) SELECT"
            f" {', '.join(taken.get(name, name) for name in columns)}"
            " FROM tickets_ticket, generate_series(1, %s) n",
            [gone, count],
        )
        taken = {"id": "gen_random_uuid()", "ticket_id": "t.id", "deleted_at": "t.deleted_at"}
        cursor.execute(
            f"INSERT INTO tickets_message ({', '.join(of_message)}) SELECT"
            f" {', '.join(taken.get(name, f'm.{name}') for name in of_message)}"
            " FROM tickets_message m, tickets_ticket t WHERE t.deleted_at IS NOT NULL"
        )


def test_killed_in_the_middle_nothing_is_half_gone(
    customer: Contact, department: Department, worker: Worker
) -> None:
    kept = factories.MessageFactory(ticket__requester=customer, ticket__department=department)
    copies_of(kept.ticket, TICKETS)
    stuck = Message.everything.filter(deleted_at__isnull=False).order_by("ticket__deleted_at").last()
    with transaction.atomic():  # a message that can't be deleted as long as we hold it
        Message.everything.select_for_update().get(pk=stuck.pk)
        tasks.purge.delay()
        until(is_waiting)
        worker.kill()
    tickets, messages = Ticket.everything.count(), Message.everything.count()
    assert tickets == messages  # whole, or not at all
    assert tickets > 1
    assert PurgeRun.objects.get().finished_at is None
    worker.start()
    tasks.purge.delay()
    until(lambda: PurgeRun.objects.filter(finished_at__isnull=False).exists())
    assert list(Ticket.everything.all()) == [kept.ticket]
    assert list(Message.everything.all()) == [kept]
    counted = sum(run.counts.get("tickets.Ticket", 0) for run in PurgeRun.objects.all())
    assert counted == TICKETS
