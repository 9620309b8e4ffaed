"""Search: exact at once; words by looking through, newest first, bounded, everything exactly once."""

import time
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact
from privacy.models import User
from privacy.vault import keys
from tests import factories
from tests.examples import example, few
from tickets import search
from tickets.enums import MessageKind
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

START = datetime(2024, 3, 1, tzinfo=UTC)


def found(text: str, viewer: Any) -> list[Ticket]:
    """Everything that a complete scan finds, in its order."""
    hits, cursor = [], None
    for _ in range(1000):
        chunk = search.scan(text, viewer, cursor)
        hits += [Ticket.everything.get(pk=hit.ticket_id) for hit in chunk.hits]
        if (cursor := chunk.next_cursor) is None:
            return hits
    raise AssertionError("the scan does not end")


@pytest.fixture
def ticket(customer: Contact) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer, subject="Bestellung aus München")
    factories.MessageFactory(ticket=made, body_text="Die Straße ist gesperrt.\nGruß, Carla")
    return made


# -- exact


def test_a_number_finds_its_ticket(ticket: Ticket, agent: User) -> None:
    for text in (f"{ticket.number}", f"#{ticket.number}", f"  # {ticket.number} "):
        assert search.exact(text, agent).tickets == [ticket]
    for text in (f"{ticket.number}0", "", "#", "-1", "9" * 40, f"{ticket.number}x"):
        assert search.exact(text, agent).tickets == []


@pytest.mark.parametrize("text", ["carla@customer.example", "CARLA@Customer.example "])
def test_an_identity_finds_its_contact(customer: Contact, stranger: Contact, agent: User, text: str) -> None:
    assert search.exact(text, agent).contacts == [customer]
    assert search.exact(text, customer).contacts == [customer]
    assert search.exact(text, stranger).contacts == []
    assert search.exact(text, None).contacts == []


def test_a_customer_finds_their_own_number_only(ticket: Ticket, customer: Contact, stranger: Contact) -> None:
    assert search.exact(str(ticket.number), customer).tickets == [ticket]
    assert search.exact(str(ticket.number), stranger).tickets == []
    assert search.exact(str(ticket.number), None).tickets == []


# -- words


@pytest.mark.parametrize(
    "words",
    [
        "münchen",
        "MÜNCHEN",
        "strasse",
        "STRASSE",
        "straße",
        "bestellung carla",
        "gesperrt.",
        "nche",
        "gruß bestell",
    ],
)
def test_words_are_found_in_subject_and_messages(ticket: Ticket, agent: User, words: str) -> None:
    assert found(words, agent) == [ticket]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_composed_and_decomposed_umlauts_are_the_same(agent: User, form: Any, stored: Any) -> None:
    """macOS and some mail programs write ü as u and dots."""
    made = factories.TicketFactory(subject=unicodedata.normalize(stored, "Grüße aus Köln"))
    assert found(unicodedata.normalize(form, "köln"), agent) == [made]


@pytest.mark.parametrize("words", ["berlin", "münchen berlin", "munchen"])
def test_what_is_not_there_is_not_found(ticket: Ticket, agent: User, words: str) -> None:
    assert found(words, agent) == []


@pytest.mark.parametrize("words", ["", "  ", "\n"])
def test_no_words_find_nothing_and_end(ticket: Ticket, agent: User, words: str) -> None:
    for cursor in (None, (START, ticket.pk)):
        chunk = search.scan(words, agent, cursor)
        assert (chunk.hits, chunk.scanned, chunk.next_cursor) == ([], 0, None)


def test_notes_are_found_by_agents_and_by_nobody_else(ticket: Ticket, agent: User, customer: Contact) -> None:
    factories.MessageFactory(ticket=ticket, kind=MessageKind.NOTE, body_text="probably fraud")
    assert found("fraud", agent) == [ticket]
    assert found("fraud", customer) == []
    assert found("münchen", customer) == [ticket]


def test_nobody_finds_nothing(ticket: Ticket, stranger: Contact) -> None:
    assert (found("münchen", stranger), found("münchen", None), search.total(None)) == ([], [], 0)


def test_the_bin_is_not_searched(ticket: Ticket, agent: User) -> None:
    message = factories.MessageFactory(ticket=ticket, body_text="thrown away")
    message.bin(by=agent)
    assert found("thrown", agent) == []
    ticket.bin(by=agent)
    assert found("münchen", agent) == []


def test_what_was_erased_is_not_found_and_stops_nobody(
    ticket: Ticket, agent: User, stranger: Contact
) -> None:
    other = factories.TicketFactory(requester=stranger, subject="auch München")
    keys.destroy(ticket.requester_id)
    assert found("münchen", agent) == [other]
    assert found("erased", agent) == []


# -- bounded


def many(count: int, department: Any, requester: Contact) -> list[Ticket]:
    made = [
        factories.TicketFactory(
            requester=requester,
            department=department,
            subject=f"needle {n}" if n % 3 == 0 else f"hay {n}",
            last_message_at=START + timedelta(minutes=n // 2),
        )
        for n in range(count)
    ]
    return sorted(made, key=lambda ticket: (ticket.last_message_at, ticket.pk), reverse=True)


def test_a_scan_without_time_goes_on_where_it_stopped(
    agent: User, department: Any, customer: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BATCH", 4)
    tickets = many(21, department, customer)
    hits, scanned, cursor, calls = [], 0, None, 0
    while True:
        chunk = search.scan("needle", agent, cursor, budget=0)
        assert chunk.scanned <= 4
        hits += [hit.ticket_id for hit in chunk.hits]
        scanned, calls, cursor = scanned + chunk.scanned, calls + 1, chunk.next_cursor
        if cursor is None:
            break
    assert (scanned, calls) == (21, 6) == (search.total(agent), 6)
    assert hits == [ticket.pk for ticket in tickets if ticket.subject.startswith("needle")]


def test_a_scan_keeps_to_its_time(
    agent: User, department: Any, customer: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(30, department, customer)
    monkeypatch.setattr(search, "BATCH", 1)
    opening = search._bodies
    monkeypatch.setattr(search, "_bodies", lambda *args: time.sleep(0.02) or opening(*args))
    start = time.monotonic()
    chunk = search.scan("needle", agent, budget=0.1)
    assert time.monotonic() - start < 0.1 + 0.3
    assert 1 <= chunk.scanned < 30
    assert chunk.next_cursor is not None


words = st.text("aäßÄIiİ \n-", min_size=1, max_size=6)


@few(20)
@given(subjects=st.lists(words, min_size=1, max_size=4), bodies=st.lists(words, max_size=4), sought=words)
def test_it_finds_what_a_naive_search_finds(subjects: list[str], bodies: list[str], sought: str) -> None:
    with example():
        agent, requester = factories.UserFactory(), factories.ContactFactory(email="")
        department = factories.DepartmentFactory()
        texts: dict[Any, list[str]] = {}
        for number, subject in enumerate(subjects):
            ticket = factories.TicketFactory(requester=requester, department=department, subject=subject)
            texts[ticket.pk] = [subject]
            for body in bodies[number::2]:
                factories.MessageFactory(ticket=ticket, body_text=body)
                texts[ticket.pk].append(body)
        wanted = fold(sought).split()
        expected = {
            pk
            for pk, parts in texts.items()
            if wanted and all(word in fold("\n".join(parts)) for word in wanted)
        }
        assert {ticket.pk for ticket in found(sought, agent)} == expected


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


# -- snippets


@pytest.mark.parametrize(
    ("text", "word", "snippet"),
    [
        ("short text", "text", "short text"),
        ("a\n\n  b", "b", "a b"),
        ("x" * 100 + " needle " + "y" * 100, "needle", "…" + "x" * 59 + " needle " + "y" * 59 + "…"),
        ("needle" + "y" * 100, "needle", "needle" + "y" * 60 + "…"),
        ("nothing of it", "zebra", "nothing of it"),
        ("", "x", ""),
    ],
)
def test_a_snippet_is_the_words_around(text: str, word: str, snippet: str) -> None:
    assert search.snippet(text, word) == snippet


@pytest.mark.parametrize("drift", ["ß" * 300, "İ" * 200, "u\u0308" * 300, "ﬃ" * 200])
def test_a_snippet_holds_its_word_whatever_comes_before(drift: str) -> None:
    assert "needle" in search.snippet(f"{drift} needle {drift}", "needle")
