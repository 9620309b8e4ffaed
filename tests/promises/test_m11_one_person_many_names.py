"""M11: a contact is known by addresses, phone numbers and a Twitter name; each leads to all their tickets."""

from typing import Any

import pytest
from django.test import Client, override_settings

from contacts import identification, merging
from contacts.models import Contact
from privacy.models import User
from tests.factories import ContactFactory
from tests.tickets.channels.twitter.x_server import XServer
from tickets import lifecycle
from tickets.channels.twitter import inbound
from tickets.enums import Channel
from tickets.models import Department, Ticket, TwitterAccount

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def anna(department: object) -> Contact:
    """Somebody who wrote by mail, asked on the web, and was called."""
    person: Contact = ContactFactory(
        full_name="Anna Beispiel", email="anna@example.org", phone="030 901820", handle="@anna_b"
    )
    identification.add_identity(person, "email", "anna@work.example")
    asked = {"By mail": Channel.EMAIL, "On the web": Channel.WEB, "Tweeted": Channel.TWITTER}
    for subject, channel in asked.items():
        lifecycle.open(requester=person, subject=subject, body_text="?", channel=channel, by=person)
    return person


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


@pytest.mark.parametrize("name", ["anna@example.org", "ANNA@Work.example", "+49 30 901820", "@Anna_B"])
def test_the_search_box_finds_her_and_all_her_tickets(desk: Client, anna: Contact, name: str) -> None:
    page = desk.post("/desk/search/", {"words": name}).content.decode()
    for text in ("Anna Beispiel", "By mail", "On the web", "Tweeted"):
        assert text in page


def test_every_ticket_shows_her_other_names_and_tickets(desk: Client, anna: Contact) -> None:
    ticket = Ticket.objects.order_by("number")[0]
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    for text in ("anna@example.org", "anna@work.example", "+4930901820", "@anna_b", "On the web", "Tweeted"):
        assert text in page


def test_one_page_has_all_her_names_and_tickets_and_what_comes_next(desk: Client, anna: Contact) -> None:
    identification.find_or_make("030 901820")  # she calls: nobody new
    lifecycle.open(requester=anna, subject="Called", body_text="?", channel=Channel.DESK, by=anna)
    page = desk.get(f"/desk/people/{anna.pk}/").content.decode()
    names = ("anna@example.org", "anna@work.example", "+4930901820", "@anna_b")
    for text in (*names, "By mail", "On the web", "Tweeted", "Called"):
        assert text in page


def test_what_she_writes_on_twitter_lands_there_too(
    desk: Client, anna: Contact, department: Department
) -> None:
    server = XServer()
    try:
        with override_settings(TWITTER_API_URL=server.url):
            account = TwitterAccount(department=department, name="X", access_token="token")
            account.save()
            server.mention(server.person("77", "anna_b"), "@moorbach My grinder is loud")
            server.direct("77", "And my number is 4711")
            assert inbound.receive(account.pk) == 2
    finally:
        server.shutdown()
        server.server_close()
    page = desk.get(f"/desk/people/{anna.pk}/").content.decode()
    for text in ("My grinder is loud", "And my number is 4711", "By mail"):
        assert text in page


def test_others_tickets_are_not_hers(desk: Client, anna: Contact, stranger: Contact) -> None:
    lifecycle.open(requester=stranger, subject="Not hers", body_text="?", channel=Channel.EMAIL, by=stranger)
    page = desk.post("/desk/search/", {"words": "anna@example.org"}).content.decode()
    assert "Not hers" not in page


def test_a_message_by_any_of_her_names_is_hers(anna: Contact) -> None:
    for name in ("anna@work.example", "030 901820", "@anna_b"):
        assert identification.find_or_make(name) == anna


def test_two_contacts_that_turn_out_to_be_her_become_one(
    desk: Client, anna: Contact, agent: User, django_capture_on_commit_callbacks: Any
) -> None:
    other = ContactFactory(full_name="A. Beispiel", email="a.beispiel@old.example")
    lifecycle.open(requester=other, subject="Years ago", body_text="?", channel=Channel.EMAIL, by=other)
    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(other, into=anna, by=agent)
    page = desk.post("/desk/search/", {"words": "a.beispiel@old.example"}).content.decode()
    for text in ("Anna Beispiel", "Years ago", "By mail"):
        assert text in page
