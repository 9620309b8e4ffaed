"""The register of processing: complete, counted with few queries, and told of recipients by upper apps."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from privacy import register
from privacy.enums import Place, Safeguard
from privacy.models import Controller, Disclosure, RetentionRule, User
from privacy.register import recipients, sheets
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def activity(model: str) -> Any:
    return next(each for each in register.assemble().activities if each.model._meta.label_lower == model)


def test_rows_and_persons_are_counted(customer: Contact, stranger: Contact) -> None:
    first = factories.TicketFactory(requester=customer)
    factories.MessageFactory.create_batch(2, ticket=first)
    factories.MessageFactory(ticket=factories.TicketFactory(requester=stranger))
    factories.MessageFactory(ticket=factories.TicketFactory(requester=customer)).bin(by=None)

    found = activity("tickets.message")

    assert (found.rows, found.persons) == (4, 2)
    assert found.whose == "contacts"


def test_queries_dont_grow_with_rows(customer: Contact) -> None:
    numbers = []
    for count in (1, 20):
        factories.MessageFactory.create_batch(count, ticket=factories.TicketFactory(requester=customer))
        factories.MailboxFactory.create_batch(count, imap_host="imap.example")
        with CaptureQueriesContext(connection) as counting:
            register.count()
        with CaptureQueriesContext(connection) as queries:
            sheets.as_json(register.assemble())
        numbers.append((len(counting), len(queries)))
    assert numbers[0] == numbers[1]
    in_background, at_a_visit = numbers[0]
    assert in_background <= 4
    assert at_a_visit <= 10


def test_what_is_kept_how_long_follows_the_rules(admin: User) -> None:
    rule = RetentionRule(term="tickets.closed", days=730)
    rule.save()

    assert "Closed tickets go to the recycle bin: after 730 days" in activity("tickets.message").retention
    assert activity("privacy.visit").retention == ["after 180 days"]
    assert activity("privacy.exportjob").retention == ["after 1 day"]
    assert activity("privacy.user").retention == ["until it is deleted, or the person is erased"]


def test_mail_servers_are_recipients_of_messages_and_of_nothing_about_staff() -> None:
    factories.MailboxFactory(imap_host="imap.shop.example", smtp_host="smtp.shop.example")
    factories.MailboxFactory(imap_host="imap.shop.example", is_active=True)

    names = [each.recipient.name for each in activity("tickets.message").recipients]

    assert sorted(names) == ["imap.shop.example", "smtp.shop.example"]
    assert "imap.shop.example" not in [each.recipient.name for each in activity("privacy.user").recipients]


def test_a_recipient_of_another_app_is_asked_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients, "_sources", [])
    register.from_source(lambda: [register.Recipient("hook:1", "hook.example", "Webhook")])

    assert "hook.example" in [each.recipient.name for each in activity("contacts.contact").recipients]


def test_where_recipients_are(admin: User) -> None:
    factories.MailboxFactory(imap_host="imap.far.example")
    assert "imap.far.example" in [each.recipient.name for each in register.assemble().unlocated]

    register.locate(
        "imap:imap.far.example",
        place=Place.ELSEWHERE,
        safeguard=Safeguard.CLAUSES,
        has_contract=True,
        by=admin,
    )

    made = register.assemble()
    assert [each.recipient.name for each in made.transfers] == ["imap.far.example"]
    assert "imap.far.example" not in [each.recipient.name for each in made.unlocated]


def test_who_is_responsible_is_one_row(admin: User) -> None:
    register.describe({"name": "Kaffee & Co", "officer_name": "Dora Datenschutz"}, by=admin)
    register.describe({"name": "Kaffee & Co KG"}, by=admin)

    found = Controller.objects.get()
    assert (found.name, found.officer_name) == ("Kaffee & Co KG", "Dora Datenschutz")


def test_no_cell_of_the_csv_is_a_formula(admin: User) -> None:
    factories.MailboxFactory(imap_host="=cmd")
    rows = list(csv.DictReader(io.StringIO(sheets.as_csv(register.assemble()))))
    assert not [value for row in rows for value in row.values() if value.startswith("=")]
    assert "=cmd" in [each["name"] for each in json.loads(sheets.as_json(register.assemble()))["recipients"]]


def test_what_left_as_files_is_told(admin: User) -> None:
    for rows in (3, 4):
        Disclosure.objects.create(
            by_id=admin.pk, module="tickets.ticket", format="csv", rows=rows, categories=[]
        )
    found = register.assemble().left
    assert [(each.name, each.times, each.rows) for each in found] == [("tickets", 2, 7)]
