"""Taking a mail in: one transaction, after which it is a message, or is kept with the reason why not."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import Error, IntegrityError, InterfaceError, OperationalError, transaction

from contacts.models import Contact, Identity
from privacy.models import together
from privacy.vault.errors import SubjectErased
from privacy.vault.files import as_file
from tickets.channels.email import carrying_out, deciding, portions
from tickets.channels.email.arrivals import Arrival
from tickets.channels.email.deciding import Outcome
from tickets.channels.email.knowledge import Knowledge
from tickets.channels.email.own import OwnAddresses
from tickets.channels.email.reasons import Reason
from tickets.enums import InboundState
from tickets.models import Attachment, InboundMail, Mailbox, Message, OutboundMail, Participant, Ticket

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
    for arrivals in portions.unrelated([Arrival(raw) for raw in raws]):
        outcomes += _together(arrivals, taking) if len(arrivals) > 1 else [_alone(arrivals[0], taking)]
    return outcomes


def _together(arrivals: Sequence[Arrival], taking: Taking) -> list[Outcome]:
    """All in one transaction; or, if anything is wrong with any of them, each in its own."""
    decided = taking.decide(arrivals)
    fresh = {each: outcome for each, outcome in decided.items() if outcome.reason != Reason.DUPLICATE}
    try:
        with together(*WRITTEN):
            carrying_out.greet(fresh.values())
            _take(fresh, taking.mailbox)
    except Exception as error:  # which one, and why, shows when each is taken in alone
        log.warning("Mails could not be taken in together: %s", type(error).__name__)
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
    messages = carrying_out.carry_out_all(list(decided.values()))
    for (arrival, outcome), message in zip(decided.items(), messages, strict=True):
        _keep(outcome, arrival, mailbox, message)


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
