"""Doing what was decided of mails: a ticket, a message, or the mark on an address that bounced."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from contacts import identification
from contacts.models import Contact
from privacy import actor
from privacy.vault import keys
from tickets import delivery, lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import bounces, own
from tickets.channels.email.deciding import Outcome
from tickets.channels.email.parsing import ParsedMail
from tickets.enums import Channel
from tickets.lifecycle import MailFacts
from tickets.models import Message, Ticket

CONFIRMED_FOR = timedelta(days=3)


def greet(outcomes: Iterable[Outcome]) -> None:
    """Make all newcomers first, so that everybody's key is found or minted at once."""
    people: set[UUID] = set()
    for outcome in outcomes:
        if outcome.action not in ("opened", "replied"):
            continue
        if outcome.is_newcomer and outcome.writer and outcome.mail:
            name, language = outcome.writer.name, outcome.mail.language
            outcome.sender = identification.make(outcome.writer.address, full_name=name, language=language)
        if outcome.sender is not None:
            people.add(outcome.sender.pk)
        if outcome.ticket is not None:
            people.add(outcome.ticket.requester_id)
    keys.have_ready(people)


def carry_out(outcome: Outcome) -> Message | None:
    """The message of a new or known ticket, or the mark on an address that bounced."""
    return carry_out_all([outcome])[0]


def carry_out_all(outcomes: Sequence[Outcome]) -> list[Message | None]:
    """The same for several: answers first and in the order of their tickets, so that nobody waits in a circle."""
    messages: dict[int, Message | None] = {}
    for place in sorted(range(len(outcomes)), key=lambda each: _turn(outcomes[each])):
        messages[place] = _carry_out(outcomes[place])
    delivery.confirm_all(
        message for place, message in messages.items() if message and _is_confirmed(outcomes[place])
    )
    return [messages[place] for place in range(len(outcomes))]


def _turn(outcome: Outcome) -> tuple[bool, int]:
    return outcome.ticket is None, outcome.ticket.number if outcome.ticket else 0


def _carry_out(outcome: Outcome) -> Message | None:
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
        confirm=False,
    )
    return outcome.ticket.first_message


def _is_confirmed(outcome: Outcome) -> bool:
    """New tickets are; not those of a mailbox that confirms nothing, nor what was written long ago and comes now."""
    if outcome.action != "opened" or outcome.mail is None:
        return False
    is_recent = outcome.mail.date is None or outcome.mail.date > actor.now() - CONFIRMED_FOR
    return is_recent and outcome.mailbox is not None and outcome.mailbox.sends_confirmation


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
