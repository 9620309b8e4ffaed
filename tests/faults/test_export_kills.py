"""``kill -9`` of a real worker at each step of an export, and of a package: one whole file in the end."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection

from contacts.models import Contact
from privacy import tasks
from privacy.export import jobs
from privacy.export import package as packing
from privacy.export.rows import PORTION
from privacy.models import DisclosedPeople, ExportJob, Format, Parcel, ParcelState, User
from tests.factories import TicketFactory
from tests.faults.test_conversion_kills import locked
from tests.faults.test_kills import until
from tests.faults.waiting import is_waiting
from tests.privacy.custom.fields import make_field
from tests.processes import Worker
from tickets.models import Department, Ticket

MANY = 30
TICKETS = 'LOCK TABLE "tickets_ticket" IN ACCESS EXCLUSIVE MODE'
VALUES = 'LOCK TABLE "tickets_ticketvalue" IN ACCESS EXCLUSIVE MODE'

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


@pytest.fixture
def tickets(customer: Contact, department: Department) -> None:
    make_field("contract")
    for number in range(MANY):
        TicketFactory(requester=customer, department=department, subject=f"Question {number}")


@pytest.fixture
def export(admin: User, tickets: None) -> ExportJob:
    return jobs.ask("tickets.ticket", Format.LINES, by=admin)


@pytest.fixture
def package(customer: Contact, tickets: None) -> Parcel:
    return packing.ask(customer, by=customer)


def subjects(parcel: Any) -> list[str]:
    """Of all tickets in the file, in order."""
    content = parcel.content.read_plain()
    if isinstance(parcel, ExportJob):
        return [json.loads(line)["subject"] for line in content.splitlines()]
    data = json.loads(ZipFile(io.BytesIO(content)).read("data.json"))
    return [each["subject"] for each in data["records"]["tickets.ticket"]]


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def in_the_middle(worker: Worker, parcel: Any, start: Callable[[], object]) -> None:
    with locked(VALUES):
        start()
        until(is_waiting)
        worker.kill()


def between_portions(worker: Worker, parcel: Any, start: Callable[[], object]) -> None:
    """A part of the file is written, and the next portion is being read."""
    with locked(VALUES):
        start()
        until(is_waiting)
        holding = locked(TICKETS)
        holding.__enter__()
    until(is_waiting)
    parcel.refresh_from_db()
    until(lambda: parcel.content.size > 0)
    worker.kill()
    holding.__exit__(None, None, None)


def at_the_end(worker: Worker, parcel: Any, start: Callable[[], object]) -> None:
    """The file is whole, and nobody has been told."""
    row = f'SELECT id FROM "{parcel._meta.db_table}" WHERE id = %s FOR UPDATE'
    with locked(VALUES):
        start()
        until(is_waiting)
        holding = locked(row, parcel.pk)
        holding.__enter__()
    until(is_waiting)
    worker.kill()
    holding.__exit__(None, None, None)


@pytest.mark.parametrize("kind", ["export", "package"])
@pytest.mark.parametrize("kill", [in_the_middle, at_the_end])
def test_killed_at_any_step_it_is_finished_by_the_timetable(
    request: pytest.FixtureRequest, worker: Worker, media: Path, kind: str, kill: Callable[..., None]
) -> None:
    parcel = request.getfixturevalue(kind)
    begin = tasks.make_export if kind == "export" else tasks.make_package
    kill(worker, parcel, lambda: begin.delay(str(parcel.pk)))
    parcel.refresh_from_db()
    assert parcel.state == ParcelState.MAKING
    (left,) = stored(media)

    worker.start()
    tasks.carry_on_exports.delay()
    tasks.carry_on_exports.delay()  # told twice, it is done once

    until(lambda: type(parcel).objects.get(pk=parcel.pk).state == ParcelState.READY)
    parcel.refresh_from_db()
    assert stored(media) == [left]
    assert subjects(parcel) == [f"Question {number}" for number in range(MANY)]
    assert type(parcel).objects.count() == 1


def test_killed_between_two_portions_it_loses_and_doubles_nothing(
    worker: Worker, media: Path, admin: User, customer: Contact, department: Department
) -> None:
    """Beginning anew is what resuming would have to prove: each record once, each person once."""
    make_field("contract")
    TicketFactory(requester=customer, department=department, subject="The first")
    many = PORTION + 40
    multiply(many)
    job = jobs.ask("tickets.ticket", Format.LINES, by=admin)
    between_portions(worker, job, lambda: tasks.make_export.delay(str(job.pk)))
    (left,) = stored(media)
    assert left.stat().st_size > 0
    assert DisclosedPeople.objects.filter(parcel_id=job.pk).exists()

    worker.start()
    tasks.carry_on_exports.delay()

    until(lambda: ExportJob.objects.get(pk=job.pk).state == ParcelState.READY)
    job.refresh_from_db()
    numbers = [json.loads(line)["number"] for line in job.content.read_plain().splitlines()]
    assert sorted(numbers) == sorted(Ticket.objects.values_list("number", flat=True))
    assert len(numbers) == job.rows == many
    assert [row.people for row in DisclosedPeople.objects.all()] == [[customer.pk]]


def multiply(many: int) -> None:
    """So many tickets like the one that there is, without a subject."""
    columns = [field.column for field in Ticket._meta.concrete_fields]
    own = {"id": "gen_random_uuid()", "number": "number + n", "subject": "NULL"}
    values = ", ".join(own.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tickets_ticket ({names}) SELECT {values} FROM tickets_ticket, generate_series(1, %s) AS n",
            [many - 1],
        )
