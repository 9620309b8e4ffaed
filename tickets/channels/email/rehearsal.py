"""What would happen to mails, without writing anything; remembers the earlier mails of the same rehearsal."""

from typing import Any

from tickets.channels.email import classification, deciding, html
from tickets.channels.email.deciding import Outcome
from tickets.channels.email.parsing import ParsedMail
from tickets.models import Mailbox


class Rehearsal:
    """Decides on mails one after the other as if each had been taken in before the next."""

    def __init__(self, mailbox: Mailbox | None = None) -> None:
        self.mailbox = mailbox
        self._seen: set[bytes] = set()
        self._senders: dict[str, str] = {}

    def decide(self, raw: bytes) -> Outcome:
        """What ``inbound.receive`` would do. What goes on with a mail of this rehearsal has no ticket yet."""
        outcome = deciding.decide(raw, mailbox=self.mailbox)
        mark = deciding.fingerprint(raw)
        if mark in self._seen:
            return Outcome("ignored", "duplicate", mail=outcome.mail)
        self._seen.add(mark)
        if outcome.action == "opened" and self._goes_on(outcome.mail):
            outcome.action = "replied"
        if outcome.mail is not None and outcome.action in ("opened", "replied") and outcome.mail.message_id:
            self._senders[outcome.mail.message_id] = outcome.mail.from_email.casefold()
        return outcome

    def _goes_on(self, mail: ParsedMail | None) -> bool:
        """Whether a mail refers to an earlier one of the same person."""
        if mail is None:
            return False
        named = (mail.in_reply_to, *mail.references)
        return any(self._senders.get(each) == mail.from_email.casefold() for each in named)


def described(mail: ParsedMail | None) -> dict[str, Any]:
    """A mail as the desk would have it, in plain values."""
    if mail is None:
        return dict.fromkeys(FIELDS)
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
        "auto_submitted": classification.auto_submitted(mail),
        "message_id": mail.message_id,
    }


FIELDS = (
    "subject",
    "from_name",
    "from_email",
    "reply_to",
    "to",
    "cc",
    "body_text",
    "reply_text",
    "body_html",
    "attachments",
    "auto_submitted",
    "message_id",
)
