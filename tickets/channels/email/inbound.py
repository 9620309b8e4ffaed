"""Taking a mail in: one transaction, after which it is a message, or is kept with the reason why not."""

import logging
from datetime import timedelta

from django.db import Error, IntegrityError, InterfaceError, OperationalError, transaction

from contacts import identification
from contacts.models import Contact
from privacy import actor
from privacy.vault.errors import SubjectErased
from privacy.vault.files import as_file
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import bounces, deciding, own
from tickets.channels.email.deciding import Outcome
from tickets.channels.email.own import OwnAddresses
from tickets.channels.email.parsing import ParsedMail
from tickets.channels.email.reasons import Reason
from tickets.enums import Channel, InboundState
from tickets.lifecycle import MailFacts
from tickets.models import InboundMail, Mailbox, Message, Ticket

CONFIRMED_FOR = timedelta(days=3)
SERVER_IS_AWAY = (OperationalError, InterfaceError, OSError)
log = logging.getLogger(__name__)


def receive(
    raw: bytes, *, mailbox: Mailbox | None = None, is_capped: bool = True, ours: OwnAddresses | None = None
) -> Outcome:
    """Take a mail in. It is committed when this returns: as a message, or sealed with the reason why not.

    The same mail a second time changes nothing. Only a failing database or disk raises. Who takes in many
    hands the same ``ours`` to each.
    """
    outcome = deciding.decide(raw, mailbox=mailbox, is_capped=is_capped, ours=ours)
    if outcome.reason == Reason.DUPLICATE:
        return outcome
    try:
        with transaction.atomic():
            _keep(outcome, raw, mailbox, carry_out(outcome))
    except SERVER_IS_AWAY:
        raise
    except Exception as error:  # whatever a mail can do to us, it may not stop the mailbox
        return _not_taken(error, outcome, raw, mailbox)
    return outcome


def carry_out(outcome: Outcome) -> Message | None:
    """The message of a new or known ticket, or the mark on an address that bounced."""
    if outcome.action == "bounce" and outcome.verdict is not None:
        bounces.note(outcome.verdict)
    if outcome.action not in ("opened", "replied") or outcome.mail is None or outcome.writer is None:
        return None
    mail, writer = outcome.mail, outcome.writer
    if outcome.sender is not None:
        sender = identification.with_name(outcome.sender, writer.name)
    else:
        sender = identification.find_or_make(writer.address, full_name=writer.name, language=mail.language)
    if outcome.ticket is not None:
        return _reply(outcome, mail, outcome.ticket, sender)
    return _open(outcome, mail, sender)


def _reply(outcome: Outcome, mail: ParsedMail, ticket: Ticket, sender: Contact) -> Message:
    message = lifecycle.reply(
        ticket,
        by=sender,
        body_text=mail.reply_text,
        channel=Channel.EMAIL,
        attachments=_files(mail),
        mail=_facts(outcome, mail),
    )
    lifecycle.add_participants(ticket, _copies(outcome, mail), by=sender)
    return message


def _open(outcome: Outcome, mail: ParsedMail, sender: Contact) -> Message:
    outcome.ticket = lifecycle.open(
        requester=sender,
        subject=mail.subject,
        body_text=mail.reply_text,
        channel=Channel.EMAIL,
        by=sender,
        department=outcome.mailbox.department if outcome.mailbox else None,
        language=mail.language,
        cc=_copies(outcome, mail),
        attachments=_files(mail),
        mail=_facts(outcome, mail),
        confirm=_is_confirmed(outcome, mail),
    )
    message: Message = outcome.ticket.messages.only("ticket").get()
    return message


def _is_confirmed(outcome: Outcome, mail: ParsedMail) -> bool:
    """Not from a mailbox that confirms nothing, and not what was written long ago and is read in only now."""
    is_recent = mail.date is None or mail.date > actor.now() - CONFIRMED_FOR
    return is_recent and outcome.mailbox is not None and outcome.mailbox.sends_confirmation


def _keep(outcome: Outcome, raw: bytes, mailbox: Mailbox | None, message: Message | None) -> None:
    kept = InboundMail(
        mailbox=mailbox or outcome.mailbox,
        fingerprint=deciding.fingerprint(raw),
        state=outcome.state,
        reason=outcome.reason,
        message=message,
    )
    kept.raw.save("", as_file(raw), save=False)
    kept.save()


def _not_taken(error: Exception, outcome: Outcome, raw: bytes, mailbox: Mailbox | None) -> Outcome:
    """Somebody else took it in at the same moment; or it waits for a person."""
    if isinstance(error, IntegrityError) and deciding.is_known(raw):
        return Outcome("ignored", Reason.DUPLICATE, outcome.mail, InboundState.IGNORED)
    log.warning("A mail could not be taken in: %s", type(error).__name__)
    reason = Reason.ERASED_PERSON if isinstance(error, SubjectErased) else Reason.FAILED
    held = Outcome("attention", reason, outcome.mail, InboundState.ATTENTION)
    try:
        with transaction.atomic():
            _keep(held, raw, mailbox, None)
    except Error as again:
        if not (isinstance(again, IntegrityError) and deciding.is_known(raw)):
            raise
        return Outcome("ignored", Reason.DUPLICATE, outcome.mail, InboundState.IGNORED)
    return held


def _copies(outcome: Outcome, mail: ParsedMail) -> list[str]:
    sender = outcome.writer.address if outcome.writer else ""
    return own.others(mail, outcome.ours, but=sender, most=own.COPIES)


def _files(mail: ParsedMail) -> list[NewAttachment]:
    return [
        NewAttachment(each.filename, each.content_type, each.content, each.content_id, each.is_inline)
        for each in mail.attachments
    ]


def _facts(outcome: Outcome, mail: ParsedMail) -> MailFacts:
    return MailFacts(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        body_html=mail.body_html,
        quoted_text=mail.quoted_text,
        cc=", ".join(mail.cc),
        is_auto=outcome.verdict is not None and not outcome.verdict.is_answered,
    )
