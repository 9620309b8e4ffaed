"""The register's numbers: counted every hour, shown with their moment, read by nobody's visit."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from privacy import register, tasks
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def people(made: register.Register) -> int:
    return next(each.rows for each in made.activities if each.model is Contact)


def test_a_visit_shows_the_last_numbers_and_says_of_when(customer: Contact, time_machine: Any) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    first = register.assemble()
    assert people(first) == 1
    ContactFactory()
    time_machine.move_to("2026-03-02 09:30Z", tick=False)
    later = register.assemble()
    assert (people(later), later.counted_at, later.moment > first.moment) == (1, first.moment, True)
    tasks.count_for_register()
    assert (people(register.assemble()), register.assemble().counted_at) == (2, later.moment)


def test_a_visit_counts_no_table(customer: Contact) -> None:
    register.assemble()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        register.assemble()
    counted = [each["sql"] for each in asked if 'FROM "tickets_message"' in each["sql"]]
    assert counted == []
