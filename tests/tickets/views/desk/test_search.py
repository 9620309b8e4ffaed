"""Search on the desk: exact things at once, words piece by piece, and never in an address."""

import re
from typing import Any

import pytest
from django.test import Client

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact
from tests.factories import ContactFactory, MessageFactory, TicketFactory
from tests.tickets.views.desk.conftest import HTMX, page
from tickets import search as searching
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def ask(client: Client, words: str, **more: Any) -> str:
    answer = client.post("/desk/search/", {"words": words, **more}, headers=HTMX if more else {})
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def hidden(text: str) -> dict[str, str]:
    """The fields with which a page asks for the next piece."""
    form = text[text.index("data-scan") :]
    return dict(re.findall(r'type="hidden" name="(cursor|scanned|total|found)" value="([^"]*)"', form))


def look_through(client: Client, words: str) -> list[str]:
    """All answers until the scan ends."""
    pieces = [ask(client, words)]
    while "data-scan" in pieces[-1]:
        pieces.append(ask(client, words, **hidden(pieces[-1])))
    return pieces


def test_the_empty_box_says_what_it_can(desk: Client) -> None:
    assert "Find a ticket" in page(desk, "/desk/search/")
    assert "Find a ticket" in ask(desk, "  ")


def test_words_in_an_address_are_ignored(desk: Client, ticket: Ticket) -> None:
    assert "Black display" not in page(desk, "/desk/search/?words=black")


def test_a_number_finds_its_ticket_at_once(desk: Client, ticket: Ticket) -> None:
    assert "Black display" in ask(desk, f"#{ticket.number}")
    assert "Black display" in ask(desk, str(ticket.number))


@pytest.mark.parametrize(
    "said", ["carla@customer.example", "CARLA@customer.example", "+49 461 123456", "@carla"]
)
def test_a_customer_is_found_by_whatever_identifies_them(
    desk: Client, ticket: Ticket, customer: Contact, said: str
) -> None:
    identification.add_identity(customer, IdentityKind.PHONE, "+49 461 123456")
    identification.add_identity(customer, IdentityKind.HANDLE, "@carla")

    text = ask(desk, said)

    assert "Tickets of Carla Customer" in text
    assert "Black display" in text


def test_all_words_are_looked_for_in_subject_and_messages(desk: Client, ticket: Ticket) -> None:
    TicketFactory(subject="Another display")

    last = look_through(desk, "BLACK plugged")[-1]

    assert "1 ticket found, all 2 looked through." in last
    assert f'id="row-{ticket.pk}"' in last
    assert "<mark>" in last


def test_hits_show_the_place_escaped(desk: Client, customer: Contact) -> None:
    MessageFactory(ticket=TicketFactory(requester=customer), body_text="a <b>needle</b> & more")

    last = look_through(desk, "needle")[-1]

    assert "&lt;b&gt;<mark>needle</mark>&lt;/b&gt; &amp; more" in last


def test_nothing_found_is_said(desk: Client, ticket: Ticket) -> None:
    assert "No ticket has all of these words. All 1 were looked through." in look_through(desk, "zebra")[-1]


def test_the_scan_goes_in_bounded_pieces_with_progress(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "BATCH", 5)
    monkeypatch.setattr(searching.scan, "__kwdefaults__", {"budget": 0.0})
    contact = ContactFactory()
    for number in range(12):
        TicketFactory(subject=f"needle {number}", requester=contact)

    pieces = look_through(desk, "needle")

    assert len(pieces) == 4
    assert [hidden(piece)["scanned"] for piece in pieces[:3]] == ["0", "5", "10"]
    assert "5 of 12 looked through" in pieces[1]
    found = re.findall(r'id="row-([0-9a-f-]+)"', "".join(pieces))
    assert len(found) == len(set(found)) == 12


def test_a_made_up_cursor_is_refused(desk: Client) -> None:
    answer = desk.post("/desk/search/", {"words": "x", "cursor": "nonsense"}, headers=HTMX)

    assert answer.status_code == 400
