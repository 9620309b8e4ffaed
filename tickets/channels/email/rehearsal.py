"""What would happen to mails, without writing anything; remembers the earlier mails of the same rehearsal."""

from dataclasses import dataclass, field
from typing import Any

from tickets.channels.email import classification, deciding, html, own
from tickets.channels.email.arrivals import Arrival
from tickets.channels.email.deciding import Outcome
from tickets.channels.email.knowledge import Knowledge
from tickets.channels.email.parsing import ParsedMail
from tickets.channels.email.reasons import Reason
from tickets.enums import InboundState
from tickets.models import Mailbox, Ticket

NOTHING = (
    "subject from_name from_email reply_to to cc body_text reply_text body_html attachments"
    " auto_submitted message_id"
)


@dataclass(slots=True)
class _Conversation:
    """A ticket that would be, or one that is and would grow."""

    ticket: Ticket | None = None
    people: set[str] = field(default_factory=set)


class Rehearsal:
    """Decides on mails one after the other as if each had been taken in before the next."""

    def __init__(self, mailbox: Mailbox | None = None) -> None:
        self.mailbox = mailbox
        self._seen: set[bytes] = set()
        self._by_id: dict[str, _Conversation] = {}

    def decide(self, raw: bytes) -> Outcome:
        """What ``inbound.receive`` would do. What goes on with a mail of this rehearsal has no ticket yet."""
        arrival = Arrival(raw)
        outcome = deciding.decide(arrival, Knowledge([arrival]), mailbox=self.mailbox, is_capped=False)
        if arrival.mark in self._seen:
            return Outcome("ignored", Reason.DUPLICATE, outcome.mail, InboundState.IGNORED)
        self._seen.add(arrival.mark)
        if outcome.action in ("opened", "replied") and outcome.mail and outcome.writer:
            self._join(outcome, outcome.mail, outcome.writer.address.casefold())
        return outcome

    def _join(self, outcome: Outcome, mail: ParsedMail, writer: str) -> None:
        conversation = self._earlier(mail, writer) if outcome.ticket is None else None
        if conversation is not None:
            outcome.action, outcome.ticket = "replied", conversation.ticket
        else:
            conversation = _Conversation(outcome.ticket, {writer})
        copies = own.others(mail, outcome.ours, but=writer, most=own.COPIES)
        conversation.people.update(address.casefold() for address in copies)
        if mail.message_id:
            self._by_id[mail.message_id] = conversation

    def _earlier(self, mail: ParsedMail, writer: str) -> _Conversation | None:
        """The conversation that a mail refers to, if its writer takes part in it."""
        named = (self._by_id.get(each) for each in (mail.in_reply_to, *reversed(mail.references)))
        return next((each for each in named if each and writer in each.people), None)


def described(outcome: Outcome) -> dict[str, Any]:
    """A mail as the desk would have it, in plain values."""
    mail = outcome.mail
    if mail is None:
        return dict.fromkeys(NOTHING.split())
    return {
        "subject": mail.subject,
        "from_name": mail.from_name,
        "from_email": mail.from_email,
        "reply_to": mail.reply_to,
        "to": mail.to,
        "cc": mail.cc,
        "body_text": mail.body_text,
        "reply_text": mail.reply_text,
        "body_html": html.with_pictures(mail.body_html, {}, allow_remote=False),
        "attachments": [
            {
                "filename": file.filename,
                "size": file.size,
                "sha256": file.sha256,
                "content_type": file.content_type,
                "content_id": file.content_id,
            }
            for file in mail.attachments
        ],
        "auto_submitted": classification.auto_submitted(mail, outcome.verdict),
        "message_id": mail.message_id,
    }
