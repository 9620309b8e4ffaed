"""``kill -9`` of a real worker at each step of a conversion: nothing lost, nothing halfway, nothing left in clear."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from contacts.models import Contact
from privacy import custom, registry, tasks
from privacy.custom import conversion
from privacy.models import CustomField, User
from tests.factories import ContactFactory, TicketFactory
from tests.faults.test_kills import until
from tests.faults.waiting import is_waiting
from tests.privacy.custom.fields import make_field
from tests.processes import Worker
from tickets.models import Department, Ticket, TicketValue

NEEDLE = "zwirbelkontrakt"
MANY = 90

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


@pytest.fixture
def tickets(department: Department) -> list[Ticket]:
    person: Contact = ContactFactory()
    return [TicketFactory(requester=person, department=department) for _ in range(MANY)]


@pytest.fixture
def field(tickets: list[Ticket]) -> CustomField:
    """With two values in the history of each ticket: more than one batch."""
    made = make_field("contract", is_encrypted=False, is_unique=True)
    for number, ticket in enumerate(tickets):
        for version in ("first", "second"):
            custom.set_values(ticket, {"contract": f"{NEEDLE} {version} {number}"}, by=None)
    return made


@contextmanager
def locked(statement: str, *parameters: Any) -> Iterator[None]:
    """Somebody else holds this lock: the worker comes as far as here."""
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(statement, parameters)
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def in_clear() -> int:
    """Rows of values, of their history, and of the planner's memory, in which the needle lies in clear."""
    found = 0
    tables = [TicketValue._meta.db_table, registry.history_of(TicketValue)._meta.db_table, "pg_stats"]  # type: ignore[union-attr]
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{NEEDLE}%"])
            found += cursor.fetchone()[0]
    return found


HISTORY = "tickets_historicalticketvalue"
STEPS = {
    "before the first batch": ("SELECT pg_advisory_xact_lock({lock})", 0),
    "within a batch": (f'LOCK TABLE "{HISTORY}" IN EXCLUSIVE MODE', 0),
    "while clearing away": (f'LOCK TABLE "{HISTORY}" IN SHARE UPDATE EXCLUSIVE MODE', 1),
    "at the end": ("SELECT id FROM privacy_customfield FOR KEY SHARE", 1),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_is_finished_by_the_timetable(
    worker: Worker, field: CustomField, tickets: list[Ticket], admin: User, step: str
) -> None:
    conversion.switch(field, encrypted=True, by=admin)
    statement, is_converted = STEPS[step]
    with locked(statement.format(lock=field.pk.int & (2**62 - 1))):
        tasks.convert_field.delay(str(field.pk))
        until(is_waiting)
        worker.kill()
    assert (conversion.remaining(field.pk) == 0) == bool(is_converted)
    assert _values(tickets, field) == {f"{NEEDLE} second {number}" for number in range(MANY)}

    worker.start()
    tasks.convert_fields.delay()

    until(lambda: CustomField.objects.get(pk=field.pk).converted_at)
    assert conversion.unfinished() == []
    assert in_clear() == 0
    assert _values(tickets, field) == {f"{NEEDLE} second {number}" for number in range(MANY)}
    assert TicketValue.history.count() == 2 * MANY
    told = [text for _entry, text in custom.told(tickets[0], admin)]
    assert told == [
        f"set “Contract” to “{NEEDLE} first 0”",
        f"changed “Contract” from “{NEEDLE} first 0” to “{NEEDLE} second 0”",
    ]


def test_killed_again_and_again_it_comes_to_an_end(
    worker: Worker, field: CustomField, tickets: list[Ticket], admin: User
) -> None:
    conversion.switch(field, encrypted=True, by=admin)
    for pause in (0.0, 0.05, 0.1, 0.2):
        tasks.convert_field.delay(str(field.pk))
        time.sleep(pause)
        worker.kill()
        assert len(_values(tickets, field)) == MANY
        worker.start()
    tasks.convert_fields.delay()
    until(lambda: CustomField.objects.get(pk=field.pk).converted_at)
    assert in_clear() == 0
    assert len(_values(tickets, field)) == MANY


def _values(tickets: list[Ticket], field: CustomField) -> set[Any]:
    found = custom.values(Ticket, [ticket.pk for ticket in tickets])
    return {values[field.pk] for values in found.values()}
