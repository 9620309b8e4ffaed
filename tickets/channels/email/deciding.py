"""What is to become of a mail. Writes nothing."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta

from contacts import identification
from contacts.models import Contact
from privacy import actor
from privacy.vault import keys
from privacy.vault.blind import mac
from tickets.channels.email import classification, joining, parsing
from tickets.channels.email.addresses import Person
from tickets.channels.email.classification import Kind, Verdict
from tickets.channels.email.own import OwnAddresses
from tickets.channels.email.parsing import ParsedMail
from tickets.channels.email.reasons import Reason
from tickets.enums import InboundState
from tickets.models import InboundMail, Mailbox, Ticket

TICKETS_AN_HOUR = 60
FINGERPRINT = "tickets.inbound.fingerprint"
IDENTIFYING = re.compile(
    rb"^(?:message-id|from|date|subject)[ \t]*:.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE
)


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
    mailbox: Mailbox | None = None
    verdict: Verdict | None = field(default=None, repr=False)
    ours: OwnAddresses = field(default_factory=OwnAddresses, repr=False)


def decide(
    raw: bytes, *, mailbox: Mailbox | None = None, is_capped: bool = True, ours: OwnAddresses | None = None
) -> Outcome:
    """What is to become of a mail that has just come; ``ours`` spares looking them up for each of many."""
    if is_known(raw):
        return Outcome("ignored", Reason.DUPLICATE, parsed(raw), InboundState.IGNORED)
    return anew(raw, mailbox=mailbox, is_capped=is_capped, ours=ours)


def anew(
    raw: bytes, *, mailbox: Mailbox | None = None, is_capped: bool = False, ours: OwnAddresses | None = None
) -> Outcome:
    """The same for a mail that may have been here before."""
    mail = parsed(raw)
    if mail is None:
        return Outcome("attention", Reason.UNREADABLE, state=InboundState.ATTENTION)
    verdict = classification.classify(mail)
    if verdict.kind == Kind.BOUNCE:
        return Outcome("bounce", verdict.reason, mail, InboundState.BOUNCE, verdict=verdict)
    if verdict.kind != Kind.PERSON:
        return Outcome("ignored", verdict.reason, mail, InboundState.IGNORED, verdict=verdict)
    return _of_a_person(mail, verdict, mailbox, is_capped=is_capped, ours=ours)


def as_ticket(raw: bytes, *, mailbox: Mailbox | None = None) -> Outcome | None:
    """A ticket or a message, whoever or whatever wrote it; None if nobody can be named."""
    mail = parsed(raw)
    verdict = Verdict(Kind.PERSON, is_answered=False)
    outcome = _of_a_person(mail, verdict, mailbox, is_wanted=True) if mail else None
    return outcome if outcome and outcome.writer and outcome.action in ("opened", "replied") else None


def sender_of(raw: bytes) -> Contact | None:
    """The contact who wrote a mail, in the bin or not; None if nobody is known by its address."""
    mail = parsed(raw)
    writer = _writer(mail, OwnAddresses()) if mail else None
    return _known(writer.address) if writer else None


def fingerprint(raw: bytes) -> bytes:
    """What makes a mail the same mail: id, sender, date, subject and all below the header, as a keyed hash.

    Lines that servers add on the way don't count, nor does how lines end: one mail in two mailboxes is one.
    A mail without an id is told from its like by the servers' lines.
    """
    header, _blank, body = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n").partition(b"\n\n")
    lines = sorted(found[0].strip() for found in IDENTIFYING.finditer(header))
    if not any(line[:10].lower() == b"message-id" for line in lines):
        lines = sorted(line for line in header.split(b"\n") if not line.startswith(b"From "))
    digest = hashlib.sha256(b"\n".join([*lines, hashlib.sha256(body.rstrip()).digest()]))
    return mac(FINGERPRINT, digest.hexdigest())


def is_known(raw: bytes) -> bool:
    """Whether this mail was taken in before."""
    return InboundMail.objects.filter(fingerprint=fingerprint(raw)).exists()


def parsed(raw: bytes) -> ParsedMail | None:
    """The mail, or None if that can't be done at all."""
    try:
        return parsing.parse(raw)
    except Exception:  # whatever a mail can do to a parser, it may not stop the mailbox
        return None


def _of_a_person(
    mail: ParsedMail,
    verdict: Verdict,
    mailbox: Mailbox | None,
    *,
    is_capped: bool = False,
    is_wanted: bool = False,
    ours: OwnAddresses | None = None,
) -> Outcome:
    ours = ours or OwnAddresses()
    writer = _writer(mail, ours)
    if writer is None:
        return Outcome("attention", Reason.NO_SENDER, mail, InboundState.ATTENTION)
    if ours.has(writer.address):
        return Outcome("ignored", Reason.OWN_ADDRESS, mail, InboundState.IGNORED)
    known = _known(writer.address)
    if known is not None and known.spam_at is not None and not is_wanted:
        return Outcome("ignored", Reason.SPAM_SENDER, mail, InboundState.SPAM)
    sender = known if known is not None and known.deleted_at is None else None
    if sender is not None and keys.is_destroyed(sender.pk):
        return Outcome("attention", Reason.ERASED_PERSON, mail, InboundState.ATTENTION)
    mailbox = mailbox or ours.mailbox_of(mail)
    outcome = Outcome(
        "opened", mail=mail, writer=writer, sender=sender, mailbox=mailbox, verdict=verdict, ours=ours
    )
    outcome.ticket = joining.ticket_of(mail, sender)
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


def _known(address: str) -> Contact | None:
    """The contact of this address, in the bin or not."""
    try:
        identity = identification.last_known(address)
    except ValueError:
        return None
    return identity.contact if identity else None


def _opened_lately(sender: Contact) -> int:
    since = actor.now() - timedelta(hours=1)
    return Ticket.objects.filter(requester=sender, created_at__gte=since).count()
