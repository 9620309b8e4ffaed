"""Search: exact matches at once, then words by looking through the newest tickets, a bounded piece at a time."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from contacts import identification
from contacts.models import Contact
from privacy import access
from tickets.models import Message, Ticket

BUDGET = 0.25
BATCH = 200
AROUND = 60

Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket in which all words occur, and the words around the first of them."""

    ticket_id: UUID
    snippet: str


@dataclass(slots=True)
class ScanChunk:
    """What one bounded piece of the scan found, and where the next one begins."""

    hits: list[Hit] = field(default_factory=list)
    scanned: int = 0
    next_cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """What is known by exactly this: tickets by number, contacts by address, phone or handle."""

    tickets: list[Ticket]
    contacts: list[Contact]


def exact(text: str, viewer: Any) -> Exact:
    """Look the text up as a number and as an identity."""
    number = text.strip().lstrip("#")
    numbers = [int(number)] if number.isdecimal() and len(number) < 13 else []
    tickets = access.visible(viewer, Ticket.objects.filter(number__in=numbers))
    known = [each.pk for each in identification.search_exact(text)]
    people = access.visible(viewer, Contact.objects.filter(pk__in=known))
    return Exact(list(tickets), list(people.prefetch_related("identities")))


def total(viewer: Any) -> int:
    """How many tickets a scan would look through."""
    count: int = access.visible(viewer, Ticket.objects.all()).count()
    return count


def scan(text: str, viewer: Any, cursor: Cursor | None = None, *, budget: float = BUDGET) -> ScanChunk:
    """Look for all words in subject and messages, newest tickets first, for ``budget`` seconds at most."""
    words = text.casefold().split()
    chunk = ScanChunk(next_cursor=cursor)
    until = time.monotonic() + budget
    while words:
        rows = _batch(viewer, chunk.next_cursor)
        chunk.scanned += len(rows)
        chunk.hits += _matches(rows, words)
        if len(rows) < BATCH:
            chunk.next_cursor = None
            break
        chunk.next_cursor = (rows[-1][2], rows[-1][0])
        if time.monotonic() > until:
            break
    return chunk


def _batch(viewer: Any, cursor: Cursor | None) -> list[tuple[UUID, Any, datetime]]:
    tickets = access.visible(viewer, Ticket.objects.all()).newest_first()
    if cursor is not None:
        tickets = tickets.filter(Q(last_message_at__lte=cursor[0]))
        tickets = tickets.exclude(Q(last_message_at=cursor[0]) & Q(id__gte=cursor[1]))
    return list(tickets.values_list("id", "subject", "last_message_at")[:BATCH])


def _matches(rows: list[tuple[UUID, Any, datetime]], words: list[str]) -> list[Hit]:
    subject = Ticket._meta.get_field("subject")
    texts: dict[UUID, list[str]] = defaultdict(list)
    messages = _bodies([row[0] for row in rows])
    for ticket_id, sealed, _moment in rows:
        texts[ticket_id].append(subject.open_value(sealed, ticket_id))
    for ticket_id, body in messages:
        texts[ticket_id].append(body)
    hits = []
    for ticket_id, parts in texts.items():
        whole = "\n".join(parts)
        folded = whole.casefold()
        if all(word in folded for word in words):
            hits.append(Hit(ticket_id, snippet(whole, words[0])))
    return hits


def _bodies(ticket_ids: list[UUID]) -> list[tuple[UUID, str]]:
    body = Message._meta.get_field("body_text")
    rows = list(Message.objects.filter(ticket__in=ticket_ids).values_list("id", "ticket_id", "body_text"))
    return [(ticket_id, body.open_value(sealed, row_id)) for row_id, ticket_id, sealed in rows]


def snippet(text: str, word: str) -> str:
    """The words around the first occurrence, on one line."""
    at = max(text.casefold().find(word), 0)
    start = max(at - AROUND, 0)
    piece = " ".join(text[start : at + len(word) + AROUND].split())
    return f"{'…' if start else ''}{piece}{'…' if at + len(word) + AROUND < len(text) else ''}"

