"""What compares the database with the audit after each test finds what goes past it."""

import pytest
from django.db import connection

from contacts.models import Contact
from tests import factories
from tests.traces import untraced
from tickets.models import Tag

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def test_what_went_through_save_is_traced(customer: Contact) -> None:
    customer.language = "de"
    customer.save()
    factories.TagFactory().delete()
    assert untraced() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tickets_tag SET name = 'other' WHERE id = %s",
        "DELETE FROM tickets_tag WHERE id = %s",
        "DELETE FROM tickets_historicaltag WHERE id = %s",
        "UPDATE tickets_historicaltag SET history_id = history_id + 1000 WHERE id = %s",
    ],
)
def test_what_goes_past_it_is_found(statement: str) -> None:
    tag: Tag = factories.TagFactory()
    with connection.cursor() as cursor:
        cursor.execute(statement, [tag.pk])
    assert untraced() == [("tickets.tag", str(tag.pk))]
