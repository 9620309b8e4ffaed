"""Mails as they arrive: their bytes, the mark by which each counts once, and what we read of them."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

from privacy.vault.blind import mac
from tickets.channels.email import parsing
from tickets.channels.email.parsing import ParsedMail

FINGERPRINT = "tickets.inbound.fingerprint"
IDENTIFYING = re.compile(
    rb"^(?:message-id|from|date|subject)[ \t]*:.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, eq=False)
class Arrival:
    """A mail that came in, read when it is first asked for, and once."""

    raw: bytes = field(repr=False)

    @cached_property
    def mark(self) -> bytes:
        """What makes it the same mail, as a keyed hash."""
        return fingerprint(self.raw)

    @cached_property
    def mail(self) -> ParsedMail | None:
        """The mail, or None if it can't be read at all."""
        try:
            return parsing.parse(self.raw)
        except Exception:  # whatever a mail can do to a parser, it may not stop the mailbox
            return None

    @property
    def people(self) -> list[str]:
        """The addresses of whoever may be its writer."""
        if self.mail is None:
            return []
        return [address for address in (self.mail.from_email, self.mail.reply_to) if address]

    @property
    def names(self) -> list[str]:
        """The mails that it goes on with, by their ids: the one it answers first, then from new to old."""
        if self.mail is None:
            return []
        return list(dict.fromkeys(filter(None, [self.mail.in_reply_to, *reversed(self.mail.references)])))

    @property
    def depends_on(self) -> set[object]:
        """By what an earlier mail changes what becomes of this one: its sender, what it refers to, the same mail."""
        return {self.mark, *map(str.casefold, self.people), *self.names}

    @property
    def leaves(self) -> set[object]:
        """The same, seen from the earlier mail."""
        return {self.mark, *map(str.casefold, self.people), self.mail.message_id if self.mail else ""}


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
