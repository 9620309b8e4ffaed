"""Taking a mail in: one transaction, after which it is a message, or is kept with the reason why not."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import Error, IntegrityError, InterfaceError, OperationalError, transaction

from contacts import identification
from contacts.models import Contact, Identity
from privacy import actor
from privacy.models import together
from privacy.vault import keys
from privacy.vault.errors import SubjectErased
from privacy.vault.files import as_file
from tickets import delivery, lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import bounces, deciding, own
from tickets.channels.email.arrivals import Arrival
from tickets.channels.email.deciding import Outcome
from tickets.channels.email.knowledge import Knowledge
from tickets.channels.email.own import OwnAddresses
from tickets.channels.email.parsing import ParsedMail
from tickets.channels.email.reasons import Reason
from tickets.enums import Channel, InboundState
from tickets.lifecycle import MailFacts
from tickets.models import Attachment, InboundMail, Mailbox, Message, OutboundMail, Participant, Ticket

CONFIRMED_FOR = timedelta(days=3)
SERVER_IS_AWAY = (OperationalError, InterfaceError, OSError)
WRITTEN = (Contact, Identity, Ticket, Message, Attachment, Participant, OutboundMail, InboundMail)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taking:
    """What holds for all mails that are taken in together."""

    mailbox: Mailbox | None
    is_capped: bool
    ours: OwnAddresses

    def decide(self, arrivals: Sequence[Arrival]) -> dict[Arrival, Outcome]:
        """What is to become of each, as if it came alone."""
        known = Knowledge(arrivals, self.ours)
        return {
            each: deciding.decide(each, known, mailbox=self.mailbox, is_capped=self.is_capped)
            for each in arrivals
        }


def receive(raw: bytes, *, mailbox: Mailbox | None = None, is_capped: bool = True) -> Outcome:
    """Take a mail in. It is committed when this returns: as a message, or sealed with the reason why not.

    The same mail a second time changes nothing. Only a failing database or disk raises.
    """
    return receive_all([raw], mailbox=mailbox, is_capped=is_capped)[0]


def receive_all(
    raws: Sequence[bytes],
    *,
    mailbox: Mailbox | None = None,
    is_capped: bool = True,
    ours: OwnAddresses | None = None,
) -> list[Outcome]:
    """Take in mails that came together, as if one came after the other.

    Who takes in many hands the same ``ours`` to each call, so that they aren't looked up again.
    """
    taking = Taking(mailbox, is_capped, ours or OwnAddresses())
    outcomes: list[Outcome] = []
    for arrivals in unrelated([Arrival(raw) for raw in raws]):
        outcomes += _together(arrivals, taking) if len(arrivals) > 1 else [_alone(arrivals[0], taking)]
    return outcomes


def unrelated(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """The mails in runs, in none of which one can depend on what becomes of another."""
    run: list[Arrival] = []
    seen: set[object] = set()
    for arrival in arrivals:
        if not seen.isdisjoint(arrival.depends_on):
            yield run
            run, seen = [], set()
        run.append(arrival)
        seen.update(arrival.leaves)
    if run:
        yield run


def _together(arrivals: Sequence[Arrival], taking: Taking) -> list[Outcome]:
    """All in one transaction; or, if anything is wrong with any of them, each in its own."""
    decided = taking.decide(arrivals)
    fresh = {each: outcome for each, outcome in decided.items() if outcome.reason != Reason.DUPLICATE}
    try:
        with together(*WRITTEN):
            _greet(fresh.values())
            _take(fresh, taking.mailbox)
    except Exception:  # which one, and why, shows when each is taken in alone
        return [_alone(arrival, taking) for arrival in arrivals]
    return list(decided.values())


def _alone(arrival: Arrival, taking: Taking) -> Outcome:
    decided = taking.decide([arrival])
    outcome = decided[arrival]
    if outcome.reason == Reason.DUPLICATE:
        return outcome
    try:
        with transaction.atomic():
            _take(decided, taking.mailbox)
    except SERVER_IS_AWAY:
        raise
    except Exception as error:  # whatever a mail can do to us, it may not stop the mailbox
        return _not_taken(error, outcome, arrival, taking.mailbox)
    return outcome


def _take(decided: Mapping[Arrival, Outcome], mailbox: Mailbox | None) -> None:
    messages = carry_out_all(list(decided.values()))
    for (arrival, outcome), message in zip(decided.items(), messages, strict=True):
        _keep(outcome, arrival, mailbox, message)


def _greet(outcomes: Iterable[Outcome]) -> None:
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


def _keep(outcome: Outcome, arrival: Arrival, mailbox: Mailbox | None, message: Message | None) -> None:
    kept = InboundMail(
        mailbox=mailbox or outcome.mailbox,
        fingerprint=arrival.mark,
        state=outcome.state,
        reason=outcome.reason,
        message=message,
    )
    kept.raw.save("", as_file(arrival.raw), save=False)
    kept.save()


def _not_taken(error: Exception, outcome: Outcome, arrival: Arrival, mailbox: Mailbox | None) -> Outcome:
    """Somebody else took it in at the same moment; or it waits for a person."""
    if isinstance(error, IntegrityError) and Knowledge([arrival]).has(arrival):
        return Outcome("ignored", Reason.DUPLICATE, outcome.mail, InboundState.IGNORED)
    log.warning("A mail could not be taken in: %s", type(error).__name__)
    reason = Reason.ERASED_PERSON if isinstance(error, SubjectErased) else Reason.FAILED
    held = Outcome("attention", reason, outcome.mail, InboundState.ATTENTION)
    try:
        with transaction.atomic():
            _keep(held, arrival, mailbox, None)
    except Error as again:
        if not (isinstance(again, IntegrityError) and Knowledge([arrival]).has(arrival)):
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
