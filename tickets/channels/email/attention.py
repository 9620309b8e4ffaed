"""Mails that a person has to look at: why, from whom, and what can be done with them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contacts import spam
from privacy import actor
from privacy.enums import Via
from privacy.vault.files import as_file
from tickets.channels.email import carrying_out, deciding, parsing, reasons
from tickets.channels.email.deciding import Outcome
from tickets.enums import InboundState
from tickets.models import InboundMail, Message, Ticket

HEADER_CHUNKS = 2  # of 64 KiB
WAITING = (InboundState.ATTENTION, InboundState.SPAM)


@dataclass(frozen=True, slots=True)
class Summary:
    """A held mail in three lines, as far as it can be read."""

    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None


def reason(code: str) -> str:
    """Why a mail was held, in one sentence."""
    return reasons.sentence(code)


def summary(mail: InboundMail) -> Summary:
    """Who wrote what and when. Never raises."""
    try:
        start = b"".join(islice(mail.raw.plain_chunks(), HEADER_CHUNKS))  # type: ignore[attr-defined]
        seen = parsing.glance(start)
    except Exception:  # whatever is wrong with it, the list has to show it
        return Summary()
    sender = f"{seen.sender.name} <{seen.sender.address}>" if seen.sender.name else seen.sender.address
    return Summary(sender, seen.subject, seen.date)


def retry(mail: InboundMail, *, by: Any) -> bool:
    """Read it once more, as if it came now; True if it isn't held any longer."""
    with actor.acting(None, via=Via.MAIL), transaction.atomic():
        held = _held(mail)
        if held is None:
            return True
        outcome = deciding.anew(_raw(held), mailbox=held.mailbox)
        if outcome.state in WAITING:
            return False
        _settle(held, outcome)
    return True


def make_ticket(mail: InboundMail, *, by: Any) -> Ticket:
    """A ticket of it, whatever held it up; made once. Raises ValueError with a sentence."""
    with actor.acting(None, via=Via.MAIL), transaction.atomic():
        held = _held(mail)
        if held is None:
            return _made_already(mail)
        outcome = deciding.as_ticket(_raw(held), mailbox=held.mailbox)
        if outcome is None:
            raise ValueError(_("It names no sender. Open a ticket by hand, and copy what you need."))
        _settle(held, outcome)
        return _ticket_of(outcome.ticket)


def take_in(mail: InboundMail, *, by: Any) -> Ticket:
    """It is no spam, nor is what its sender writes from now on: a ticket of it. Raises ValueError with a sentence."""
    with transaction.atomic():
        sender = deciding.sender_of(_raw(mail))
        if sender is not None:
            spam.clear(sender, by=by)
        return make_ticket(mail, by=by)


def discard(mail: InboundMail, *, by: Any) -> None:
    """It needs no answer: it leaves the list, and stays sealed."""
    with actor.acting(by), transaction.atomic():
        held = _held(mail)
        if held is not None:
            held.state = InboundState.DISCARDED
            held.save()


def _held(mail: InboundMail) -> InboundMail | None:
    """The mail if it still waits, locked; None if somebody was quicker."""
    waiting = InboundMail.objects.select_for_update(of=("self",)).select_related("mailbox__department")
    found: InboundMail | None = waiting.filter(pk=mail.pk, state__in=WAITING).first()
    return found


def _raw(held: InboundMail) -> bytes:
    content: bytes = held.raw.read_plain()  # type: ignore[attr-defined]
    return content


def _settle(held: InboundMail, outcome: Outcome) -> Message | None:
    """Do what was decided; the raw mail is sealed anew, for the person it is known to be from now."""
    raw = _raw(held)
    message = carrying_out.carry_out(outcome)
    held.message, held.state, held.reason = message, outcome.state, outcome.reason
    if message is not None:
        held.raw.save("", as_file(raw), save=False)
    held.save()
    return message


def _made_already(mail: InboundMail) -> Ticket:
    mail.refresh_from_db()
    return _ticket_of(mail.message.ticket if mail.message is not None else None)


def _ticket_of(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise ValueError(_("Somebody has dealt with this mail already."))
    return ticket
