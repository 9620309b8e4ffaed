"""Search: exact matches at once, then words by looking through the newest tickets, piece by piece."""

import time
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from contacts import identification
from contacts.models import Contact, Identity
from privacy import access, custom
from privacy.vault.fields import is_erased
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
    message_id: UUID | None = None  # one in which the first word stands; None: only in the subject


@dataclass(slots=True)
class ScanChunk:
    """What one bounded piece of the scan found, and where the next one begins."""

    hits: list[Hit] = field(default_factory=list)
    scanned: int = 0
    next_cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """What is known by exactly this: tickets by number, contacts by address, phone or handle, both by unique fields."""

    tickets: list[Ticket]
    contacts: list[Contact]


def exact(text: str, viewer: Any) -> Exact:
    """Look the text up as a number, as an identity, and in the unique custom fields."""
    number = text.strip().lstrip("#").lstrip()
    numbers = [int(number)] if number.isdecimal() and len(number) < 13 else []
    marked = custom.find(text, viewer)
    wanted = Q(number__in=numbers) | Q(pk__in=marked[Ticket._meta.label_lower])
    tickets = access.visible(viewer, Ticket.objects.filter(wanted))
    sees_identities = "value" in access.visible_fields(viewer, Identity)
    known = [each.pk for each in identification.search_exact(text)] if sees_identities else []
    known += marked[Contact._meta.label_lower]
    people = access.visible(viewer, Contact.objects.filter(pk__in=known))
    return Exact(list(tickets), list(people.prefetch_related("identities")))


def total(viewer: Any, *, but: UUID | None = None) -> int:
    """How many tickets a scan would look through."""
    count: int = access.visible(viewer, _tickets(but)).count()
    return count


def scan(
    text: str,
    viewer: Any,
    cursor: Cursor | None = None,
    *,
    budget: float = BUDGET,
    but: UUID | None = None,
) -> ScanChunk:
    """Look for all words in subject and messages, newest tickets first, for ``budget`` seconds at most.

    ``but`` leaves out the tickets of one contact: what is left are other people's, in which they may be named.
    """
    words = folded(text).split()
    if not words:
        return ScanChunk()
    chunk = ScanChunk(next_cursor=cursor)
    until = time.monotonic() + budget
    while True:
        rows = _batch(viewer, chunk.next_cursor, but)
        chunk.scanned += len(rows)
        chunk.hits += _matches(rows, words, viewer)
        if len(rows) < BATCH:
            chunk.next_cursor = None
            break
        chunk.next_cursor = (rows[-1][2], rows[-1][0])
        if time.monotonic() > until:
            break
    return chunk


def _tickets(but: UUID | None) -> Any:
    return Ticket.objects.all() if but is None else Ticket.objects.exclude(requester=but)


def _batch(viewer: Any, cursor: Cursor | None, but: UUID | None) -> list[tuple[UUID, Any, datetime]]:
    tickets = access.visible(viewer, _tickets(but)).newest_first()
    if cursor is not None:
        tickets = tickets.filter(Q(last_message_at__lte=cursor[0]))
        tickets = tickets.exclude(Q(last_message_at=cursor[0]) & Q(id__gte=cursor[1]))
    return list(tickets.values_list("id", "subject", "last_message_at")[:BATCH])


def _matches(rows: list[tuple[UUID, Any, datetime]], words: list[str], viewer: Any) -> list[Hit]:
    subject = Ticket._meta.get_field("subject")
    texts: dict[UUID, list[str]] = defaultdict(list)
    places: dict[UUID, UUID] = {}
    messages = _bodies([row[0] for row in rows], viewer)
    for ticket_id, sealed, _moment in rows if "subject" in access.visible_fields(viewer, Ticket) else ():
        texts[ticket_id].append(_opened(subject, sealed, ticket_id))
    for message_id, ticket_id, body in messages:
        texts[ticket_id].append(body)
        if words[0] in folded(body):
            places[ticket_id] = message_id
    hits = []
    for ticket_id, parts in texts.items():
        whole = "\n".join(parts)
        text = folded(whole)
        if all(word in text for word in words):
            hits.append(Hit(ticket_id, snippet(whole, words[0]), places.get(ticket_id)))
    return hits


def _bodies(ticket_ids: list[UUID], viewer: Any) -> list[tuple[UUID, UUID, str]]:
    body = Message._meta.get_field("body_text")
    if "body_text" not in access.visible_fields(viewer, Message):
        return []
    messages = access.visible(viewer, Message.objects.filter(ticket__in=ticket_ids))
    rows = list(messages.values_list("id", "ticket_id", "body_text"))
    return [(row_id, ticket_id, _opened(body, sealed, row_id)) for row_id, ticket_id, sealed in rows]


def _opened(field: Any, sealed: Any, row_id: UUID) -> str:
    """The text; nothing where it was erased."""
    text: str = field.open_value(sealed, row_id)
    return "" if is_erased(text) else text


def folded(text: str) -> str:
    """The form in which texts are compared: case, ligatures and the way an umlaut is written don't count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def snippet(text: str, word: str) -> str:
    """The words around the first occurrence of a folded word, on one line."""
    text = unicodedata.normalize("NFKC", text)
    at = _place(text, folded(text).find(word))
    start = max(at - AROUND, 0)
    piece = " ".join(text[start : at + len(word) + AROUND].split())
    return f"{'…' if start else ''}{piece}{'…' if at + len(word) + AROUND < len(text) else ''}"


def _place(text: str, position: int) -> int:
    """Where in a text the character stands that is at this position once folded: ß has become two."""
    length = 0
    for place, letter in enumerate(text):
        if length >= position:
            return place
        length += len(folded(letter))
    return 0
