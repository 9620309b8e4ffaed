"""M9: who did what, from which value to which, when and through which door, in sentences."""

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from contacts.models import Contact
from privacy import registry
from privacy.models import UnauditedWrite, User
from privacy.vault import keys
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department, Tag, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    return lifecycle.open(
        requester=customer, subject="Order 17", body_text="?", channel=Channel.EMAIL, by=customer
    )


def history(client: Client, ticket: Ticket) -> str:
    page = client.get(f"/desk/tickets/{ticket.number}/history/").content.decode()
    return re.sub(r"\s+", " ", strip_tags(page))


def test_what_agents_do_is_told(client: Client, agent: User, colleague: User, ticket: Ticket) -> None:
    client.force_login(agent)
    at = f"/desk/tickets/{ticket.number}/"
    for noun, form in (
        ("assignee/", {"assignee": str(colleague.pk)}),
        ("priority/", {"priority": "4"}),
        ("status/", {"status": "resolved"}),
        ("subject/", {"subject": "Order 71"}),
        ("tags/", {"name": "billing"}),
    ):
        assert client.post(at + noun, form).status_code in (200, 204, 302), noun
    told = history(client, ticket)
    for sentence in (
        "opened the ticket",
        "assigned the ticket to Ben Colleague",
        "set the priority from Normal to Urgent",
        "set the status from Open to Resolved",
        "changed the subject from “Order 17” to “Order 71”",
        "added the tag “billing”",
    ):
        assert sentence in told
    assert told.count("Alma Agent") >= 5
    assert Tag.objects.get().name == "billing"


def test_what_customers_do_is_theirs(client: Client, agent: User, ticket: Ticket, customer: Contact) -> None:
    browser = Client()
    session = browser.session
    session["customer_id"] = str(customer.pk)
    session.save()
    assert browser.post(f"/portal/tickets/{ticket.number}/closure/").status_code == 302
    client.force_login(agent)
    told = history(client, ticket)
    assert "Carla Customer" in told
    assert "portal" in told


def test_nothing_that_people_work_on_is_without_history() -> None:
    """Records have it by being Records; what has none is on its way to a record, or no person's data."""
    kept = {model: registry.history_of(model) for model in registry.first_party_models()}
    without = {model.__name__ for model, history in kept.items() if history is None}
    on_their_way = {"Draft", "InboundMail", "OutboundMail"}
    written_once = {
        "AuditEvent",
        "AuditBatch",
        "ConsentAnswer",
        "DisclosedPeople",
        "Disclosure",
        "Erasure",
        "Opening",
        "OpeningAlarm",
        "Proof",
        "Redaction",
        "Revelation",
    }
    credentials = {
        "Authenticator",
        "CompanyIdentity",
        "CustomerPasskey",
        "Passkey",
        "RecoveryCode",
        "Session",
        "Token",
        "Visit",
    }
    bookkeeping = {
        "Bystander",
        "BystanderScan",
        "Binned",
        "EndedPerson",
        "ErasureMark",
        "MailboxState",
        "PurgeRun",
        "Sentinel",
        "SubjectKey",
        "TwitterState",
    }
    assert without == on_their_way | written_once | credentials | bookkeeping


def test_no_write_goes_past_it(ticket: Ticket) -> None:
    for act in (
        lambda: Ticket.objects.update(status="closed"),
        lambda: Ticket.objects.bulk_update([ticket], ["status"]),
        lambda: Ticket.objects.bulk_create([ticket]),
    ):
        with pytest.raises(UnauditedWrite):
            act()


def test_history_is_erased_with_its_key(
    ticket: Ticket, customer: Contact, agent: User, client: Client
) -> None:
    lifecycle.change_subject(ticket, "Order 71", by=agent)
    keys.destroy(customer.pk)
    client.force_login(agent)
    told = history(client, ticket)
    assert "Order 17" not in told
    assert "erased" in told
