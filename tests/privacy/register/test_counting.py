"""The register's numbers: counted every hour, shown with their moment, read by nobody's visit."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from privacy import consent, register, tasks
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def people(made: register.Register) -> int:
    return next(each.rows for each in made.activities if each.model is Contact)


def test_a_visit_shows_the_last_numbers_and_says_of_when(customer: Contact, time_machine: Any) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    first = register.assemble()
    assert people(first) == 1
    factories.ContactFactory()
    time_machine.move_to("2026-03-02 09:30Z", tick=False)
    later = register.assemble()
    assert (people(later), later.counted_at, later.moment > first.moment) == (1, first.moment, True)
    tasks.count_for_register()
    assert (people(register.assemble()), register.assemble().counted_at) == (2, later.moment)


def test_a_visit_counts_no_table(customer: Contact) -> None:
    register.assemble()
    with CaptureQueriesContext(connection) as asked:
        register.assemble()
    tables = ('FROM "tickets_message"', 'FROM "privacy_consentanswer"')
    assert [each["sql"] for each in asked if any(table in each["sql"] for table in tables)] == []


def test_who_agreed_is_counted_with_the_rest_and_new_words_count_at_once() -> None:
    purpose, agreed = factories.purpose(), []
    words = consent.in_language(consent.newest(purpose))[0]
    for _ in range(2):
        consent.answer(uuid4(), words, True, form="ticket", by=None)
        agreed.append(register.assemble().consents[0].given)
    tasks.count_for_register()
    agreed.append(register.assemble().consents[0].given)
    consent.reword(purpose, {"en": ("The newsletter", "We may do more.")}, by=None)
    agreed.append(register.assemble().consents[0].given)
    assert agreed == [1, 1, 2, 0]
