"""What peers got wrong, in the portal: notes that show, links that act when looked at, third parties."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, CustomerPasskey
from privacy.enums import RequestKind
from privacy.export import package as packing
from privacy.models import Token, User
from tickets import lifecycle, portal_access
from tickets.attaching import NewAttachment
from tickets.enums import Channel
from tickets.models import Attachment, Department, Ticket
from tickets.urls.portal import urlpatterns

pytestmark = pytest.mark.django_db
NOTE = "customers must never read this"


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    made = lifecycle.open(
        requester=customer,
        subject="Black display",
        body_text="It is black.",
        channel=Channel.EMAIL,
        by=customer,
    )
    lifecycle.note(made, by=agent, body_text=NOTE, attachments=[NewAttachment(f"{NOTE}.txt", "", b"x")])
    lifecycle.reply(made, by=agent, body_text="Plug it in.", attachments=[NewAttachment("a.txt", "", b"x")])
    return made


@pytest.fixture
def every_page(customer: Contact, ticket: Ticket) -> list[str]:
    """The address of every page of the portal, each file of the ticket, and living links."""
    portal_access.sign_in_secrets(customer)
    passkey = CustomerPasskey(contact=customer, credential="x", public_key="x", label="Phone")
    passkey.save()
    known: dict[str, list[Any]] = {
        "number": [ticket.number],
        "attachment_id": [each.pk for each in Attachment.objects.all()],
        "secret": [
            link.rstrip("/").rsplit("/", 1)[1]
            for link in (portal_access.ticket_link(ticket), portal_access.sign_in_secrets(customer)[0])
        ],
        "key_id": [passkey.pk],
        "package_id": [packing.ask(customer, by=customer).pk],
        "kind": [RequestKind.ERASURE, RequestKind.RESTRICTION],
    }
    pages = []
    for pattern in urlpatterns:
        addresses: list[dict[str, Any]] = [{}]
        for name in pattern.pattern.converters:
            addresses = [{**each, name: value} for each in addresses for value in known[name]]
        pages += [reverse(f"portal:{pattern.name}", kwargs=each) for each in addresses]
    return pages


@pytest.fixture
def browsers(customer: Contact, ticket: Ticket) -> list[Client]:
    """A visitor, a guest who followed the link to the ticket, the customer signed in."""
    guest, own = Client(), Client()
    guest.post(re.sub("^.*?/portal/", "/portal/", portal_access.ticket_link(ticket)))
    own.post(re.sub("^.*?/portal/", "/portal/", portal_access.sign_in_secrets(customer)[0]))
    return [Client(), guest, own]


def test_no_page_shows_an_internal_note_to_anybody(every_page: list[str], browsers: list[Client]) -> None:
    for browser in browsers:
        for page in every_page:
            answer = browser.get(page)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert NOTE.encode() not in body, page
            assert NOTE not in str(answer.headers), page


def test_looking_at_a_page_changes_nothing(every_page: list[str], browsers: list[Client]) -> None:
    before = _everything()
    for browser in browsers:
        for page in every_page:
            browser.get(page)
            browser.head(page)
            browser.options(page)

    assert _everything() == before


def test_no_page_names_a_third_party(every_page: list[str], browsers: list[Client]) -> None:
    for page in every_page:
        answer = browsers[2].get(page)
        if not answer.streaming:
            found = re.findall(
                r"""(?:src|href|action|content)=["'](?:https?:)?//[^"']+""", answer.content.decode()
            )
            assert found == [], page


def test_nobody_is_asked_for_a_consent_that_answering_does_not_need(
    every_page: list[str], browsers: list[Client]
) -> None:
    for browser in browsers:
        for page in every_page:
            answer = browser.get(page)
            if not answer.streaming:
                assert 'type="checkbox"' not in answer.content.decode(), page


def _everything() -> dict[str, list[Any]]:
    """All rows of our own tables, as they lie in the database."""
    rooms = ("privacy", "contacts", "tickets")
    models = [model for model in apps.get_models() if model._meta.app_label in rooms]
    return {
        model._meta.label: list(model._base_manager.using("default").order_by("pk").values_list())
        for model in (*models, Token)
    }
