"""What is to become of a mail. Writes nothing."""

from dataclasses import dataclass, field
from datetime import timedelta

from contacts.models import Contact
from privacy import actor
from tickets.channels.email import classification, joining
from tickets.channels.email.addresses import Person
from tickets.channels.email.arrivals import Arrival
from tickets.channels.email.classification import Kind, Verdict
from tickets.channels.email.knowledge import Knowledge
from tickets.channels.email.own import OwnAddresses
from tickets.channels.email.parsing import ParsedMail
from tickets.channels.email.reasons import Reason
from tickets.enums import InboundState
from tickets.models import Mailbox, Ticket

TICKETS_AN_HOUR = 60


@dataclass(slots=True)
class Outcome:
    """What becomes of a mail: ``opened replied bounce ignored attention``, and why."""

    action: str
    reason: str = ""
    mail: ParsedMail | None = None
    state: InboundState = InboundState.DONE
    ticket: Ticket | None = None
    writer: Person | None = None
    sender: Contact | None = None
    is_newcomer: bool = False  # nobody is known by the address, not even in the bin
    mailbox: Mailbox | None = None
    verdict: Verdict | None = field(default=None, repr=False)
    ours: OwnAddresses = field(default_factory=OwnAddresses, repr=False)


def decide(
    arrival: Arrival, known: Knowledge, *, mailbox: Mailbox | None = None, is_capped: bool = True
) -> Outcome:
    """What is to become of a mail that has just come."""
    if known.has(arrival):
        return Outcome("ignored", Reason.DUPLICATE, arrival.mail, InboundState.IGNORED)
    return _anew(arrival, known, mailbox, is_capped=is_capped)


def anew(raw: bytes, *, mailbox: Mailbox | None = None) -> Outcome:
    """The same for a mail that has been here before."""
    arrival = Arrival(raw)
    return _anew(arrival, Knowledge([arrival]), mailbox)


def as_ticket(raw: bytes, *, mailbox: Mailbox | None = None) -> Outcome | None:
    """A ticket or a message, whoever or whatever wrote it; None if nobody can be named."""
    arrival = Arrival(raw)
    verdict = Verdict(Kind.PERSON, is_answered=False)
    outcome = _of_a_person(arrival, verdict, Knowledge([arrival]), mailbox, is_wanted=True)
    return outcome if outcome.writer and outcome.action in ("opened", "replied") else None


def sender_of(raw: bytes) -> Contact | None:
    """The contact who wrote a mail, in the bin or not; None if nobody is known by its address."""
    arrival = Arrival(raw)
    known = Knowledge([arrival])
    writer = _writer(arrival.mail, known.ours) if arrival.mail else None
    return known.contact_of(writer.address) if writer else None


def _anew(arrival: Arrival, known: Knowledge, mailbox: Mailbox | None, *, is_capped: bool = False) -> Outcome:
    mail = arrival.mail
    if mail is None:
        return Outcome("attention", Reason.UNREADABLE, state=InboundState.ATTENTION)
    verdict = classification.classify(mail)
    if verdict.kind == Kind.BOUNCE:
        return Outcome("bounce", verdict.reason, mail, InboundState.BOUNCE, verdict=verdict)
    if verdict.kind != Kind.PERSON:
        return Outcome("ignored", verdict.reason, mail, InboundState.IGNORED, verdict=verdict)
    return _of_a_person(arrival, verdict, known, mailbox, is_capped=is_capped)


def _of_a_person(
    arrival: Arrival,
    verdict: Verdict,
    known: Knowledge,
    mailbox: Mailbox | None,
    *,
    is_capped: bool = False,
    is_wanted: bool = False,
) -> Outcome:
    mail, ours = arrival.mail, known.ours
    writer = _writer(mail, ours) if mail else None
    if mail is None or writer is None:
        return Outcome("attention", Reason.NO_SENDER, mail, InboundState.ATTENTION)
    if ours.has(writer.address):
        return Outcome("ignored", Reason.OWN_ADDRESS, mail, InboundState.IGNORED)
    person = known.contact_of(writer.address)
    if person is not None and person.spam_at is not None and not is_wanted:
        return Outcome("ignored", Reason.SPAM_SENDER, mail, InboundState.SPAM)
    sender = person if person is not None and person.deleted_at is None else None
    if sender is not None and known.is_erased(sender):
        return Outcome("attention", Reason.ERASED_PERSON, mail, InboundState.ATTENTION)
    mailbox = mailbox or ours.mailbox_of(mail)
    outcome = Outcome(
        "opened", mail=mail, writer=writer, sender=sender, mailbox=mailbox, verdict=verdict, ours=ours
    )
    outcome.is_newcomer = person is None
    outcome.ticket = joining.ticket_of(arrival, sender, known)
    if outcome.ticket is not None:
        outcome.action = "replied"
    elif is_capped and sender is not None and _opened_lately(sender) >= TICKETS_AN_HOUR:
        outcome.action, outcome.reason, outcome.state = "attention", Reason.TOO_MANY, InboundState.ATTENTION
    return outcome


def _writer(mail: ParsedMail, ours: OwnAddresses) -> Person | None:
    """Who speaks: the sender; or whom to answer, if the sender is a form on a web site or nobody."""
    sender = Person(mail.from_name, mail.from_email)
    is_nobody = bool(classification.UNANSWERED.match(sender.address)) or ours.has(sender.address)
    if mail.answer_to is not None and is_nobody and not ours.has(mail.answer_to.address):
        return mail.answer_to
    return sender if sender.address else None


def _opened_lately(sender: Contact) -> int:
    since = actor.now() - timedelta(hours=1)
    return Ticket.objects.filter(requester=sender, created_at__gte=since).count()
