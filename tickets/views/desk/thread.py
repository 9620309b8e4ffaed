"""The thread of a ticket: messages and events in order, the latest open, older ones folded."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from contacts.models import Contact
from privacy import access
from privacy.web.lists import Page, by_key
from tickets import events
from tickets.channels.email import html as mail_html
from tickets.delivery import RETRYABLE
from tickets.enums import MessageKind, OutboundKind
from tickets.models import Message, OutboundMail, Participant, Ticket

SHOWN = 20
LOOSE = 4
SOON = timedelta(minutes=2)
RICH = re.compile(r"<(table|img|ul|ol|pre|h[1-3])\b", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """One line of the thread: a message, or an event."""

    moment: datetime
    message: Message | None = None
    event: events.Event | None = None
    is_open: bool = False
    is_latest: bool = False

    @property
    def is_rich(self) -> bool:
        """Whether the plain text would lose something: pictures, tables, lists."""
        if self.message is None or not self.message.body_html:
            return False
        return not self.message.body_text or bool(RICH.search(self.message.body_html))

    @property
    def is_undelivered(self) -> bool:
        """Whether somebody has to decide what becomes of its mail."""
        mails = self.message.outbound.all() if self.message else ()
        return any(mail.state in RETRYABLE for mail in mails)

    @property
    def has_remote_pictures(self) -> bool:
        return bool(self.message and mail_html.has_remote_pictures(self.message.body_html))


@dataclass(slots=True)
class Thread:
    """``folded`` stands behind one line, ``shown`` below it; ``older`` is the cursor of what isn't loaded."""

    first: list[Entry] = field(default_factory=list)
    folded: list[Entry] = field(default_factory=list)
    shown: list[Entry] = field(default_factory=list)
    older: str = ""

    @property
    def folded_messages(self) -> int:
        return sum(1 for entry in self.folded if entry.message)


def messages_of(ticket: Ticket, viewer: Any, cursor: str = "") -> Page:
    """The newest messages, or those before ``cursor``, with their files and how they went out."""
    replies = OutboundMail.objects.filter(kind=OutboundKind.REPLY)
    rows = access.visible(viewer, Message.objects.filter(ticket=ticket)).select_related("author_user")
    rows = rows.prefetch_related("attachments", Prefetch("outbound", replies))
    return by_key(rows, cursor, moment="created_at", size=SHOWN)


def meet(ticket: Ticket, messages: list[Message], viewer: Any) -> dict[UUID, Contact]:
    """Everybody outside who has, or had, to do with the ticket, read at once and put where pages look.

    Of each is known whether the viewer may change them (``is_changeable``).
    """
    copied = Participant.everything.filter(ticket=ticket)
    wrote = [message.author_contact_id for message in messages if message.author_contact_id]
    known = Contact.everything.filter(pk__in=[ticket.requester_id, *wrote]).values("pk")
    everybody = Contact.everything.filter(pk__in=known.union(copied.values("contact")))
    everybody = everybody.select_related("organisation").prefetch_related("identities")
    still = Exists(copied.filter(contact=OuterRef("pk"), deleted_at=None))
    changeable = access.whether(viewer, access.Act.UPDATE, Contact)
    everybody = everybody.annotate(is_copied=still, is_changeable=changeable)
    people: dict[UUID, Any] = {each.pk: each for each in everybody}
    ticket.requester = people[ticket.requester_id]
    ticket.copied = [each for each in people.values() if each.is_copied]  # type: ignore[attr-defined]
    for message in messages:
        if message.author_contact_id:
            message.author_contact = people[message.author_contact_id]
    return people


def thread(page: Page, told: list[events.Event], *, is_continued: bool = False) -> Thread:
    """Messages (as read: newest first) and events, in order. ``is_continued``: newer ones are shown."""
    messages = page.rows[::-1]
    if page.older:
        told = [event for event in told if event.moment >= messages[0].created_at]
    if is_continued:
        told = [event for event in told if messages and event.moment <= messages[-1].created_at]
        return Thread(shown=_merged(messages, told), older=page.older)
    entries = _merged(messages, told)
    _open_latest([entry for entry in entries if entry.message])
    return _fold(entries, page.older)


def _merged(messages: list[Message], told: list[events.Event]) -> list[Entry]:
    """In order of time; what one person did within a minute or two is told in one line."""
    entries = [Entry(message.created_at, message=message) for message in messages]
    entries += [Entry(event.moment, event=event) for event in told]
    merged: list[Entry] = []
    for entry in sorted(entries, key=lambda entry: entry.moment):
        before = merged[-1].event if merged else None
        if before and entry.event and before.who == entry.event.who and entry.moment - before.moment < SOON:
            merged[-1].event = replace(before, text=f"{before.text}, {entry.event.text}")
        else:
            merged.append(entry)
    return merged


def _open_latest(entries: list[Entry]) -> None:
    """Open the last message, and those right before it that nobody answered."""
    if not entries:
        return
    last = next((e for e in reversed(entries) if e.message and not e.message.is_note), entries[-1])
    start = entries.index(last)
    while start and len(entries) - start < LOOSE and _belongs(entries[start - 1], last):
        start -= 1
    for entry in entries[start:]:
        entry.is_open = True
    for entry in entries[:start]:
        entry.is_open = entry.is_undelivered
    entries[start].is_latest = True


def _belongs(entry: Entry, last: Entry) -> bool:
    assert entry.message
    assert last.message
    return entry.message.is_note or entry.message.kind == last.message.kind == MessageKind.CUSTOMER


def _fold(entries: list[Entry], older: str) -> Thread:
    """The first message stays in sight; a long middle hides behind one line."""
    start = next((n for n, entry in enumerate(entries) if entry.is_latest), len(entries))
    before, latest = entries[:start], entries[start:]
    head = next((n + 1 for n, entry in enumerate(before) if entry.message), 0)
    if len(before) - head <= LOOSE or any(entry.is_open for entry in before[head:]):
        return Thread(shown=entries, older=older)
    return Thread(first=before[:head], folded=before[head:], shown=latest, older=older)
