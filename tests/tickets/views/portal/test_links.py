"""The links in our mails: a look changes nothing, the button opens exactly what the link is for."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts import merging
from contacts.models import Contact, Identity
from privacy.models import Token, User
from privacy.models.token import TokenPurpose
from tests.tickets.views.portal.conftest import follow, path_of, sign_in
from tickets import lifecycle, portal_access
from tickets.enums import Channel, Status
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(customer: Contact, ticket: Ticket) -> Ticket:
    """Another ticket of the same customer."""
    return lifecycle.open(
        requester=customer, subject="My other one", body_text="Hm", channel=Channel.EMAIL, by=customer
    )


def test_the_button_opens_the_ticket(client: Client, ticket: Ticket) -> None:
    answer = follow(client, ticket)

    page = client.get(answer["Location"])
    assert answer["Location"] == f"/portal/tickets/{ticket.number}/"
    assert page.status_code == 200
    assert "The display is black." in page.content.decode()


def test_it_opens_that_ticket_and_nothing_else(
    client: Client, ticket: Ticket, other: Ticket, foreign_ticket: Ticket
) -> None:
    follow(client, ticket)

    for closed in (
        "/portal/tickets/",
        f"/portal/tickets/{other.number}/",
        f"/portal/tickets/{foreign_ticket.number}/",
    ):
        assert client.get(closed)["Location"].startswith("/portal/sign-in/")
    assert "My other one" not in client.get("/portal/").content.decode()


@pytest.mark.parametrize("noun", ["replies", "closure", "reopening"])
def test_no_act_on_another_ticket(client: Client, ticket: Ticket, other: Ticket, noun: str) -> None:
    follow(client, ticket)

    assert client.post(f"/portal/tickets/{other.number}/{noun}/")["Location"] == "/portal/sign-in/"
    other.refresh_from_db()
    assert (other.status, other.messages.count()) == (Status.NEW, 1)


def test_files_of_another_ticket_stay_closed(client: Client, ticket: Ticket, other: Ticket) -> None:
    follow(client, other)
    file = Attachment.objects.filter(message__ticket=ticket).first()

    for number in (ticket.number, other.number):
        assert client.get(f"/portal/tickets/{number}/attachments/{file.pk}/").status_code in (302, 404)


def test_a_guest_replies_and_closes(client: Client, ticket: Ticket, customer: Contact) -> None:
    follow(client, ticket)
    client.post(
        f"/portal/tickets/{ticket.number}/replies/",
        {"body": "It is plugged in.", "key": _key(client, ticket)},
    )
    client.post(f"/portal/tickets/{ticket.number}/closure/")

    ticket.refresh_from_db()
    message = ticket.messages.last()
    assert (message.body_text, message.author_contact) == ("It is plugged in.", customer)
    assert ticket.status == Status.RESOLVED


def test_two_links_open_two_tickets(client: Client, ticket: Ticket, other: Ticket) -> None:
    follow(client, ticket)
    follow(client, other)

    for each in (ticket, other):
        assert client.get(f"/portal/tickets/{each.number}/").status_code == 200


def test_a_link_of_somebody_else_does_not_mix_with_the_customer_signed_in(
    own: Client, ticket: Ticket, foreign_ticket: Ticket, customer: Contact, stranger: Contact
) -> None:
    follow(own, foreign_ticket)

    assert own.get(f"/portal/tickets/{foreign_ticket.number}/").context["request"].customer == stranger
    assert own.get(f"/portal/tickets/{ticket.number}/").context["request"].customer == customer
    assert "Not yours" not in own.get("/portal/tickets/").content.decode()


def test_customers_click_twice(client: Client, ticket: Ticket) -> None:
    link = path_of(portal_access.ticket_link(ticket))

    assert [client.post(link).status_code, Client().post(link).status_code] == [302, 302]


@pytest.mark.parametrize("purpose", ["ticket", "sign_in"])
def test_a_scanner_that_only_looks_changes_nothing(
    client: Client, ticket: Ticket, customer: Contact, purpose: str
) -> None:
    link = path_of(portal_access.ticket_link(ticket) if purpose == "ticket" else _sign_in_link(customer))
    before = _state()

    for look in (client.get, client.head, client.get):
        assert look(link).status_code == 200

    assert _state() == before
    assert not client.session.keys()
    assert client.post(link).status_code == 302


def test_the_page_behind_a_link_shows_nothing_personal(client: Client, ticket: Ticket) -> None:
    answer = client.get(path_of(portal_access.ticket_link(ticket)))

    page = answer.content.decode()
    for word in ("Carla", "carla@customer.example", "Black display", str(ticket.number), "Alma"):
        assert word not in page
    assert answer["Referrer-Policy"] == "strict-origin"
    assert '<meta name="referrer" content="strict-origin">' in page
    assert "no-store" in answer["Cache-Control"]


def test_links_end(client: Client, ticket: Ticket, customer: Contact) -> None:
    for link, lifetime in (
        (portal_access.ticket_link(ticket), portal_access.TICKET_LIFETIME),
        (_sign_in_link(customer), portal_access.SIGN_IN_LIFETIME),
    ):
        Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert [client.get(path_of(link)).status_code, client.post(path_of(link)).status_code] == [410, 410]
        assert lifetime in (timedelta(days=30), timedelta(minutes=20))
    assert not client.session.keys()


@pytest.mark.parametrize("secret", ["x", "0" * 43, "%00", "ä", "a" * 4000])
def test_a_made_up_link_opens_nothing(client: Client, ticket: Ticket, secret: str) -> None:
    answer = client.post(f"/portal/link/{secret}/")

    assert answer.status_code == 410
    assert "This link no longer works" in answer.content.decode()


def test_the_secret_is_not_stored(ticket: Ticket) -> None:
    secret = portal_access.ticket_link(ticket).rstrip("/").rsplit("/", 1)[1]

    stored = Token.objects.get(purpose=TokenPurpose.TICKET)
    assert secret.encode() not in bytes(stored.digest)
    assert len(bytes(stored.digest)) == 32


def test_a_ticket_link_never_signs_in(client: Client, ticket: Ticket) -> None:
    follow(client, ticket)

    assert "customer_id" not in client.session


def test_a_sign_in_link_works_once(client: Client, customer: Contact, ticket: Ticket) -> None:
    link = path_of(_sign_in_link(customer))

    assert client.post(link)["Location"] == "/portal/tickets/"
    assert client.get("/portal/tickets/").status_code == 200
    assert [Client().get(link).status_code, Client().post(link).status_code] == [410, 410]


def test_following_a_link_proves_the_address(client: Client, ticket: Ticket, customer: Contact) -> None:
    assert Identity.objects.get(contact=customer).verified_at is None

    follow(client, ticket)

    assert Identity.objects.get(contact=customer).verified_at is not None


def test_a_deleted_ticket_opens_for_nobody(client: Client, ticket: Ticket, agent: User) -> None:
    link = path_of(portal_access.ticket_link(ticket))
    ticket.bin(by=agent)

    assert client.post(link).status_code == 410


def test_a_ticket_that_went_to_another_person_stays_closed(
    client: Client, ticket: Ticket, stranger: Contact
) -> None:
    link = path_of(portal_access.ticket_link(ticket))
    ticket.requester = stranger
    ticket.save()

    assert client.post(link).status_code == 410


def test_after_a_merge_the_link_opens_the_ticket_of_the_same_person(
    client: Client, ticket: Ticket, customer: Contact, stranger: Contact, agent: User
) -> None:
    link = path_of(portal_access.ticket_link(ticket))
    merging.merge(customer, into=stranger, by=agent)

    answer: Any = client.post(link, follow=True)

    assert answer.status_code == 200
    assert "The display is black." in answer.content.decode()


def test_leaving_closes_what_links_have_opened(client: Client, ticket: Ticket) -> None:
    follow(client, ticket)
    client.post("/portal/sign-out/")

    assert client.get(f"/portal/tickets/{ticket.number}/")["Location"].startswith("/portal/sign-in/")


def test_signed_in_the_link_leads_to_the_ticket_among_all(
    client: Client, customer: Contact, ticket: Ticket
) -> None:
    follow(sign_in(client, customer), ticket)

    page = client.get(f"/portal/tickets/{ticket.number}/")
    assert page.context["is_guest"] is False


def _sign_in_link(contact: Contact) -> str:
    return portal_access.sign_in_secrets(contact)[0]


def _state() -> list[Any]:
    return [
        list(Token.objects.order_by("digest").values()),
        list(Identity.objects.values_list("verified_at", flat=True)),
        list(Ticket.objects.values_list("status", "updated_at")),
    ]


def _key(client: Client, ticket: Ticket) -> str:
    form = client.get(f"/portal/tickets/{ticket.number}/").context["form"]
    key: str = form["key"].value()
    return key
