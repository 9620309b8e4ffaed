"""M13: what doesn't belong into a ticket is blacked out for good; and what others wrote about an erased person, too."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contacts.models import Contact
from privacy import requests
from privacy.enums import Arrival, RequestKind
from privacy.models import User
from privacy.redaction import MARK
from tests import factories
from tests.promises.haystack import leaks
from tickets import lifecycle, tasks
from tickets.enums import Channel
from tickets.models import BystanderScan, Department, Message, Redaction, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

CARD = "4111 1111 1111 1111"
REASON = "No card numbers in tickets"


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    text = f"Charge {CARD} please, says Stan Stranger."
    return lifecycle.open(
        requester=customer, subject="Payment", body_text=text, channel=Channel.EMAIL, by=customer
    )


@pytest.fixture
def address(ticket: Ticket) -> str:
    return f"/desk/messages/{ticket.messages.get().pk}/redaction/"


def test_a_card_number_is_suggested_seen_first_and_then_gone(
    desk: Client, ticket: Ticket, address: str, media: Path
) -> None:
    assert f"Card number: {CARD}" in desk.get(address).content.decode()

    given: dict[str, Any] = {"found": [CARD], "reason": REASON}
    seen = desk.post(address, given).content.decode()
    assert "Black this out for good?" in seen
    assert Message.objects.get().body_text.count(CARD) == 1

    assert desk.post(address, {**given, "confirmed": "1"}).status_code == 302
    assert Message.objects.get().body_text == f"Charge {MARK} please, says Stan Stranger."
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert CARD not in page
    assert f"Blacked out by Alma Agent: {REASON}" in page
    assert f"blacked something out for good: {REASON}" in page
    assert leaks([CARD], media, "") == {}


def test_words_are_typed_or_brought_along(desk: Client, ticket: Ticket, address: str) -> None:
    assert "Stan Stranger</textarea>" in desk.post(address, {"begun": "Stan Stranger"}).content.decode()
    desk.post(address, {"what": "Stan  Stranger", "reason": REASON, "confirmed": "1"})
    assert Message.objects.get().body_text == f"Charge {CARD} please, says {MARK}."


@pytest.mark.parametrize(
    "given",
    [
        {"reason": REASON},
        {"what": "Payment", "reason": ""},
        {"what": "x", "reason": REASON},
        {"what": "Nowhere", "reason": REASON},
    ],
)
def test_what_makes_no_sense_is_said(desk: Client, address: str, given: dict[str, str]) -> None:
    assert desk.post(address, given).status_code == 422
    assert not Redaction.objects.exists()


def test_whoever_may_not_gets_no_button_and_no_page(client: Client, ticket: Ticket, address: str) -> None:
    agent = factories.UserFactory(profile=factories.ProfileFactory(rights=["tickets.view", "tickets.update"]))
    client.force_login(agent)
    assert client.get(address).status_code in (403, 404)
    assert client.post(address, {"what": CARD, "reason": REASON, "confirmed": "1"}).status_code in (403, 404)
    assert CARD in Message.objects.get().body_text


def test_bystanders_are_found_from_the_erasure_and_blacked_out_in_place(
    client: Client, admin: User, ticket: Ticket, stranger: Contact, address: str
) -> None:
    """Carla wrote about Stan; Stan wants to be erased. Nobody types his names."""
    client.force_login(admin)
    made = requests.record(RequestKind.ERASURE, stranger, by=admin, arrival=Arrival.PHONE)
    where = f"/desk/requests/{made.pk}/"
    assert "Look through all tickets" in client.get(where).content.decode()

    assert client.post(f"{where}bystanders/")["Location"] == where
    scan = BystanderScan.objects.get()
    assert "texts looked through" in client.get(f"{where}bystanders/{scan.pk}/").content.decode()
    tasks.look_for_bystanders(str(scan.pk))

    page = client.get(where).content.decode()
    assert f'action="{address}"' in page
    begun = client.post(address, {"begun": "Stan Stranger\nstan@stranger.example"}).content.decode()
    assert "Stan Stranger\nstan@stranger.example</textarea>" in begun
    given = {"what": "Stan Stranger\nstan@stranger.example", "reason": "He was erased", "confirmed": "1"}
    assert client.post(address, given).status_code == 302
    assert Message.objects.get().body_text == f"Charge {CARD} please, says {MARK}."
    assert "something was blacked out since" in client.get(where).content.decode()
    client.post(f"{where}bystanders/")
    tasks.carry_on_bystanders()
    tasks.look_for_bystanders(str(BystanderScan.objects.order_by("-created_at")[0].pk))
    assert "named in nobody else’s tickets" in client.get(where).content.decode()
