"""Taking a mail in: who wrote it, what it belongs to, what becomes of it. One transaction a mail."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from contacts import identification
from contacts.models import Contact
from privacy import actor
from privacy.vault import keys
from privacy.vault.blind import mac
from privacy.vault.errors import SubjectErased
from privacy.vault.files import as_file
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import bounces, classification, joining, parsing
from tickets.channels.email.classification import Kind, Verdict
from tickets.channels.email.parsing import ParsedMail
from tickets.enums import Channel, InboundState
from tickets.lifecycle import MailFacts
from tickets.models import InboundMail, Mailbox, Message, Ticket

COPIES = 20
TICKETS_AN_HOUR = 30
FINGERPRINT = "tickets.inbound.fingerprint"


@dataclass(slots=True)
class Outcome:
    """What became of a mail (or, in a dry run, what would)."""

    action: str
    reason: str = ""
    ticket: Ticket | None = None
    mail: ParsedMail | None = None
    state: InboundState = InboundState.DONE
    verdict: Verdict | None = field(default=None, repr=False)


def receive(raw: bytes, *, mailbox: Mailbox | None = None) -> Outcome:
    """Take a mail in. It is committed when this returns: as a message, or sealed with the reason why not.

    The same mail a second time changes nothing. Only a failing database raises.
    """
    outcome = decide(raw, mailbox=mailbox)
    if outcome.reason == "duplicate":
        return outcome
    try:
        with transaction.atomic():
            return _carry_out(outcome, raw, mailbox)
    except IntegrityError:
        if _is_known(raw):
            return Outcome("ignored", "duplicate", mail=outcome.mail)
        raise
    except (SubjectErased, ValueError) as error:
        return _set_aside(raw, mailbox, outcome, type(error).__name__)


def decide(raw: bytes, *, mailbox: Mailbox | None = None) -> Outcome:
    """What is to become of a mail; writes nothing."""
    if _is_known(raw):
        return Outcome("ignored", "duplicate", mail=_parsed(raw))
    mail = _parsed(raw)
    if mail is None:
        return Outcome("attention", "unreadable", state=InboundState.ATTENTION)
    verdict = classification.classify(mail)
    if verdict.kind == Kind.BOUNCE:
        return Outcome("bounce", verdict.reason, mail=mail, state=InboundState.BOUNCE, verdict=verdict)
    if verdict.kind != Kind.PERSON:
        return Outcome("ignored", verdict.reason, mail=mail, state=InboundState.IGNORED)
    return _for_a_person(mail, verdict)


def fingerprint(raw: bytes) -> bytes:
    """What makes a mail the same mail: id, sender and everything below the header, as a keyed hash.

    Lines that servers add on the way don't count, so that one mail in two mailboxes is one.
    """
    header, _blank, body = _split(raw)
    wanted = (b"message-id:", b"from:", b"date:", b"subject:")
    lines = [line.strip() for line in header.splitlines() if line.lower().startswith(wanted)]
    digest = hashlib.sha256(b"\n".join([*lines, hashlib.sha256(body).digest()]))
    return mac(FINGERPRINT, digest.hexdigest())


def retry(waiting: InboundMail) -> Outcome:
    """Process once more what was set aside; it leaves the list if that works."""
    raw = waiting.raw.read_plain()
    outcome = _fresh(raw)
    with transaction.atomic():
        locked = InboundMail.objects.select_for_update().get(pk=waiting.pk)
        if locked.state != InboundState.ATTENTION or outcome.state == InboundState.ATTENTION:
            return outcome
        done = _write(outcome, waiting.mailbox)
        locked.message, locked.state, locked.reason = done, outcome.state, outcome.reason
        if done is not None:
            locked.raw.save("", as_file(raw), save=False)  # sealed anew, for the person it is known to be from
        locked.save()
    return outcome


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    for blank in (b"\r\n\r\n", b"\n\n", b"\r\r"):
        if blank in raw:
            return raw.partition(blank)
    return raw, b"", b""


def _is_known(raw: bytes) -> bool:
    return InboundMail.objects.filter(fingerprint=fingerprint(raw)).exists()


def _parsed(raw: bytes) -> ParsedMail | None:
    try:
        return parsing.parse(raw)
    except Exception:  # whatever a mail can do to a parser, it may not stop the mailbox
        return None


def _fresh(raw: bytes) -> Outcome:
    mail = _parsed(raw)
    if mail is None:
        return Outcome("attention", "unreadable", state=InboundState.ATTENTION)
    return _for_a_person(mail, classification.classify(mail))


def _for_a_person(mail: ParsedMail, verdict: Verdict) -> Outcome:
    if not mail.from_email:
        return Outcome("attention", "no_sender", mail=mail, state=InboundState.ATTENTION)
    if _is_ours(mail.from_email):
        return Outcome("ignored", "own_address", mail=mail, state=InboundState.IGNORED)
    sender = _known(mail.from_email)
    if sender is not None and keys.is_destroyed(sender.pk):
        return Outcome("attention", "erased_person", mail=mail, state=InboundState.ATTENTION)
    ticket = joining.ticket_of(mail, sender)
    if ticket is not None:
        return Outcome("replied", ticket=ticket, mail=mail, verdict=verdict)
    if sender is not None and _opened_lately(sender) >= TICKETS_AN_HOUR:
        return Outcome("attention", "too_many", mail=mail, state=InboundState.ATTENTION)
    return Outcome("opened", mail=mail, verdict=verdict)


def _carry_out(outcome: Outcome, raw: bytes, mailbox: Mailbox | None) -> Outcome:
    message = _write(outcome, mailbox)
    _keep(outcome.state, outcome.reason, raw, mailbox, message)
    return outcome


def _write(outcome: Outcome, mailbox: Mailbox | None) -> Message | None:
    """The ticket or message, or the mark on an address that bounced."""
    if outcome.verdict is not None and outcome.action == "bounce":
        bounces.note(outcome.verdict)
        return None
    if outcome.mail is None or outcome.action not in ("opened", "replied"):
        return None
    mail = outcome.mail
    facts = _facts(mail, is_auto=outcome.verdict is not None and not outcome.verdict.is_answered)
    sender = identification.find_or_make(mail.from_email, full_name=mail.from_name, language=mail.language)
    copies = _copies(mail)
    if outcome.ticket is not None:
        message = lifecycle.reply(
            outcome.ticket,
            by=sender,
            body_text=mail.reply_text,
            channel=Channel.EMAIL,
            attachments=_files(mail),
            mail=facts,
        )
        lifecycle.add_participants(outcome.ticket, copies, by=sender)
        return message
    outcome.ticket = lifecycle.open(
        requester=sender,
        subject=mail.subject,
        body_text=mail.reply_text,
        channel=Channel.EMAIL,
        by=sender,
        department=mailbox.department if mailbox else None,
        language=mail.language,
        cc=copies,
        attachments=_files(mail),
        mail=facts,
        confirm=mailbox is not None and mailbox.sends_confirmation,
    )
    first: Message = outcome.ticket.messages.get()
    return first


def _keep(
    state: InboundState, reason: str, raw: bytes, mailbox: Mailbox | None, message: Message | None
) -> InboundMail:
    kept = InboundMail(
        mailbox=mailbox, fingerprint=fingerprint(raw), state=state, reason=reason, message=message
    )
    kept.raw.save("", as_file(raw), save=False)
    kept.save()
    return kept


def _set_aside(raw: bytes, mailbox: Mailbox | None, outcome: Outcome, reason: str) -> Outcome:
    with transaction.atomic():
        _keep(InboundState.ATTENTION, reason[:40], raw, mailbox, None)
    return Outcome("attention", reason, mail=outcome.mail, state=InboundState.ATTENTION)


def _known(address: str) -> Contact | None:
    try:
        return identification.find(address)
    except ValueError:
        return None


def _is_ours(address: str) -> bool:
    return Mailbox.objects.filter(address__iexact=address).exists() or (
        address.casefold() == settings.DEFAULT_FROM_EMAIL.casefold()
    )


def _opened_lately(sender: Contact) -> int:
    since = actor.now() - timedelta(hours=1)
    return Ticket.objects.filter(requester=sender, created_at__gte=since).count()


def _copies(mail: ParsedMail) -> list[str]:
    """Whoever else was written to, without ourselves and the sender."""
    ours = {address.casefold() for address in Mailbox.objects.values_list("address", flat=True)}
    others = []
    for address in dict.fromkeys([*mail.to, *mail.cc]):
        bare = address.casefold()
        local, _at, domain = bare.partition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        if bare != mail.from_email.casefold() and bare not in ours and plain not in ours and _is_address(bare):
            others.append(address)
    return others[:COPIES]


def _is_address(text: str) -> bool:
    local, at, domain = text.partition("@")
    return bool(local and at and "." in domain)


def _files(mail: ParsedMail) -> list[NewAttachment]:
    return [
        NewAttachment(each.filename, each.content_type, each.content, each.content_id, each.is_inline)
        for each in mail.attachments
    ]


def _facts(mail: ParsedMail, *, is_auto: bool) -> MailFacts:
    return MailFacts(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        body_html=mail.body_html,
        quoted_text=mail.quoted_text,
        cc=", ".join(mail.cc),
        is_auto=is_auto,
    )
