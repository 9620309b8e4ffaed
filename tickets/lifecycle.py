"""The life of a ticket: opened, answered, noted, settled, opened again. One door in, whatever the channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from contacts import identification
from contacts.models import Contact
from privacy import access, actor, custom, lens
from privacy.access import Act
from privacy.models import User
from tickets import attaching, delivery, numbering
from tickets.attaching import NewAttachment
from tickets.enums import DONE, Channel, MessageKind, Priority, Status
from tickets.models import Department, Draft, Message, Participant, Ticket
from tickets.models.ticket import CLOSE, FOLLOWERS, SEND


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What only a mail knows: kept for threading, for the reader, and for answering properly."""

    message_id: str = ""
    in_reply_to: str = ""
    body_html: str = ""
    quoted_text: str = ""
    cc: str = ""
    is_auto: bool = False


NO_MAIL = MailFacts()


@transaction.atomic
def open(  # noqa: A001  (the field's word)
    *,
    requester: Contact,
    subject: str,
    body_text: str,
    channel: Channel,
    by: User | Contact | None,
    department: Department | None = None,
    priority: Priority = Priority.NORMAL,
    language: str = "",
    cc: Iterable[str] = (),
    attachments: Iterable[NewAttachment] = (),
    mail: MailFacts = NO_MAIL,
    confirm: bool = True,
    values: Mapping[str, Any] | None = None,
) -> Ticket:
    """A new ticket with the customer's ``first_message``; a confirmation is queued unless ``confirm`` is off.

    ``values`` are those of custom fields, by key. Raises ValidationError for what they may not be.
    """
    access.demand(by, Act.CREATE, Ticket)
    for name, given in (
        ("subject", subject),
        ("department", department),
        ("priority", priority != Priority.NORMAL),
    ):
        if given:
            access.demand_field(by, Ticket, name)
    with actor.acting(by):
        ticket = Ticket(
            number=numbering.next_number(),
            subject=_one_line(subject),
            department=department or Department.default(),
            requester=requester,
            channel=channel,
            priority=priority,
            language=language or requester.language,
            last_message_at=actor.now(),
            last_message_kind=MessageKind.CUSTOMER,
        )
        ticket.save()
        if values:
            custom.fill(ticket, values, by=by)
        message = _write(ticket, MessageKind.CUSTOMER, body_text, channel, mail, author=requester)
        attaching.attach(message, attachments)
        add_participants(ticket, cc, by=by)
        if confirm:
            delivery.confirm_all([message])
    ticket.first_message = message
    return ticket


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    by: User | Contact,
    body_text: str,
    channel: Channel = Channel.DESK,
    cc: Sequence[str] | None = None,
    attachments: Iterable[NewAttachment] = (),
    then_status: Status | None = None,
    mail: MailFacts = NO_MAIL,
) -> Message:
    """An answer of an agent (goes out by mail), or another message of a customer (wakes the ticket).

    ``cc`` None leaves the participants as they are; a list replaces them.
    """
    from_agent = isinstance(by, User)
    access.demand(by, Act.UPDATE, ticket, SEND, *_rights_for(ticket, cc, then_status))
    access.demand_field(by, Message, "body_text")
    kind = MessageKind.AGENT if from_agent else MessageKind.CUSTOMER
    with actor.acting(by):
        ticket = _locked(ticket)
        if cc is not None:
            set_participants(ticket, cc, by=by)
        if from_agent and not mail.cc:
            mail = replace(mail, cc=", ".join(copy_addresses(ticket)))
        message = _write(ticket, kind, body_text, channel, mail, author=by)
        attaching.attach(message, attachments)
        _note_activity(ticket, kind)
        if from_agent:
            Draft.objects.filter(user=by, ticket=ticket, kind=MessageKind.AGENT).delete()
            delivery.send(message)
        _set_status(ticket, then_status or _status_after(ticket, from_agent=from_agent))
        ticket.save()
    return message


@transaction.atomic
def note(
    ticket: Ticket, *, by: User | None, body_text: str, attachments: Iterable[NewAttachment] = ()
) -> Message:
    """A note among agents: never mailed, never in the portal, never a reason to wake the customer."""
    access.demand(by, Act.UPDATE, ticket)
    access.demand_field(by, Message, "body_text")
    with actor.acting(by):
        ticket = _locked(ticket)
        message = _write(ticket, MessageKind.NOTE, body_text, Channel.DESK, NO_MAIL, author=by)
        attaching.attach(message, attachments)
        if by is not None:
            Draft.objects.filter(user=by, ticket=ticket, kind=MessageKind.NOTE).delete()
    return message


@transaction.atomic
def change_status(ticket: Ticket, status: Status, *, by: Any) -> Ticket:
    """Set the status; setting what it is already changes nothing."""
    access.demand(by, Act.UPDATE, ticket, *_rights_for(ticket, None, status))
    access.demand_field(by, Ticket, "status")
    with actor.acting(by):
        ticket = _locked(ticket)
        if ticket.status != status:
            _set_status(ticket, status)
            ticket.save()
    return ticket


def resolve(ticket: Ticket, *, by: Any) -> Ticket:
    """The question is answered."""
    return change_status(ticket, Status.RESOLVED, by=by)


def close(ticket: Ticket, *, by: Any) -> Ticket:
    """Nothing more is to come."""
    return change_status(ticket, Status.CLOSED, by=by)


@transaction.atomic
def reopen(ticket: Ticket, *, by: Any) -> Ticket:
    """It wasn't settled after all; a ticket that isn't done stays as it is."""
    ticket = _locked(ticket)
    return change_status(ticket, Status.OPEN, by=by) if ticket.is_done else ticket


@transaction.atomic
def change_priority(ticket: Ticket, priority: Priority, *, by: Any) -> Ticket:
    """Set how much it presses."""
    return _change(ticket, "priority", priority, by=by)


@transaction.atomic
def change_subject(ticket: Ticket, subject: str, *, by: Any) -> Ticket:
    """Give it a better title."""
    return _change(ticket, "subject", _one_line(subject), by=by)


def add_participants(ticket: Ticket, addresses: Iterable[str], *, by: Any) -> None:
    """Whoever gets copies from now on; the requester and those already there are left out."""
    named = list(addresses)
    if not named:
        return
    there = set(ticket.participants.filter(deleted_at=None).values_list("contact_id", flat=True))
    there.add(ticket.requester_id)
    for address in named:
        contact = identification.find_or_make(address, by=by)
        if contact.pk not in there:
            Participant(ticket=ticket, contact=contact).save()
            there.add(contact.pk)


def set_participants(ticket: Ticket, addresses: Sequence[str], *, by: Any) -> None:
    """Exactly these get copies from now on."""
    wanted = {identification.find_or_make(address, by=by).pk for address in addresses}
    for participant in Participant.objects.filter(ticket=ticket).exclude(contact__in=wanted):
        participant.bin(by=by)
    add_participants(ticket, addresses, by=by)


def copy_addresses(ticket: Ticket) -> list[str]:
    """The addresses that get copies of answers; the requester gets the answer itself."""
    people = Participant.objects.filter(ticket=ticket).exclude(contact=ticket.requester_id)
    people = people.select_related("contact").prefetch_related("contact__identities")
    with lens.lifted():
        return [address for address in (person.contact.primary_email for person in people) if address]


def _locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now, held against others until the transaction ends. Raises Ticket.DoesNotExist."""
    found: Ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    return found


def _change(ticket: Ticket, field: str, value: Any, *, by: Any) -> Ticket:
    access.demand(by, Act.UPDATE, ticket)
    access.demand_field(by, Ticket, field)
    with actor.acting(by):
        ticket = _locked(ticket)
        if getattr(ticket, field) != value:
            setattr(ticket, field, value)
            ticket.save(update_fields=[field])
    return ticket


def _write(
    ticket: Ticket,
    kind: MessageKind,
    body_text: str,
    channel: Channel,
    mail: MailFacts,
    *,
    author: User | Contact | None,
) -> Message:
    message = Message(
        ticket=ticket,
        kind=kind,
        channel=channel,
        body_text=body_text,
        author_user=author if isinstance(author, User) else None,
        author_contact=author if isinstance(author, Contact) else None,
        body_html=mail.body_html,
        quoted_text=mail.quoted_text,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        cc=mail.cc,
        is_auto=mail.is_auto,
        sent_at=actor.now(),
    )
    message.save()
    return message


def _note_activity(ticket: Ticket, kind: MessageKind) -> None:
    ticket.last_message_at = actor.now()
    ticket.last_message_kind = kind
    if kind == MessageKind.AGENT and ticket.first_reply_at is None:
        ticket.first_reply_at = actor.now()


def _status_after(ticket: Ticket, *, from_agent: bool) -> Status:
    """An answer of ours waits for the customer; a customer's message is our turn again."""
    if from_agent:
        return Status.PENDING if not ticket.is_done else Status(ticket.status)
    return Status.NEW if ticket.status == Status.NEW else Status.OPEN


def _set_status(ticket: Ticket, status: Status) -> None:
    moment = actor.now()
    ticket.resolved_at = (ticket.resolved_at or moment) if status in DONE else None
    ticket.closed_at = (ticket.closed_at or moment) if status == Status.CLOSED else None
    ticket.status = status


def _rights_for(ticket: Ticket, cc: Sequence[str] | None, status: Status | None) -> list[str]:
    """The rights besides the act itself: for settling (or taking up again), and for other copies than so far."""
    needed = []
    if status is not None and status != ticket.status and (status in DONE or ticket.is_done):
        needed.append(CLOSE)
    if cc is not None and {each.casefold() for each in cc} != {
        each.casefold() for each in copy_addresses(ticket)
    }:
        needed.append(FOLLOWERS)
    return needed


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
