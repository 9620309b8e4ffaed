"""From the bytes of a mail to what we need of it. Never raises; within bounds of time and memory."""

import email.policy
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime

from tickets.channels.email import addresses, headers, html, replies
from tickets.channels.email.addresses import Person
from tickets.channels.email.bodies import Body, File, Reader
from tickets.channels.email.charsets import clean
from tickets.channels.email.language import guess

MBOX_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*>?From [^\r\n]*\r?\n")
ID = re.compile(r"<([^<>\s]{1,900})>")
LONGEST_SUBJECT = 500
MOST_REFERENCES = 100
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as we understand it. Addresses are bare; ids have no angle brackets."""

    message_id: str
    subject: str
    from_name: str
    from_email: str
    reply_to: str
    to: list[str]
    cc: list[str]
    date: datetime | None
    in_reply_to: str
    references: list[str]
    body_text: str
    reply_text: str
    quoted_text: str
    body_html: str
    language: str
    attachments: list[File]
    message: Message = field(repr=False, compare=False)

    def header(self, name: str) -> str:
        """A header as a person reads it."""
        return headers.text(self.message, name)


def parse(raw: bytes) -> ParsedMail:
    """Understand a mail, however broken it is."""
    message, body = _read(_tidied(raw))
    sender = _sender(message)
    text = clean(body.text if body.text.strip() else html.to_text(body.html)).strip("\n")
    separated = replies.separate(text, subject=headers.text(message, "Subject"))
    answers = [person.address for person in addresses.people(message, "Reply-To")]
    return ParsedMail(
        message_id=_ids(message, "Message-ID")[0] if _ids(message, "Message-ID") else _bare_id(message),
        subject=headers.text(message, "Subject")[:LONGEST_SUBJECT],
        from_name=sender.name,
        from_email=sender.address,
        reply_to=answers[0] if answers else "",
        to=[person.address for person in addresses.people(message, "To")],
        cc=[person.address for person in addresses.people(message, "Cc")],
        date=_date(message),
        in_reply_to=next(iter(_ids(message, "In-Reply-To")), ""),
        references=_ids(message, "References")[-MOST_REFERENCES:],
        body_text=text,
        reply_text=separated.reply,
        quoted_text=separated.quoted,
        body_html=html.sanitise(replies.separate_html(body.html)[0]) if body.html.strip() else "",
        language=guess(separated.reply or text),
        attachments=body.files,
        message=message,
    )


def _read(raw: bytes) -> tuple[Message, Body]:
    """The parsed tree and its body; a tree too deep for the parser is taken as one opaque file."""
    try:
        message = BytesParser(policy=email.policy.compat32).parsebytes(raw)
        return message, Reader().read(message)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, KeyError):
        message = BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
        return message, Body(files=[File("message.eml", "message/rfc822", raw)])


def _tidied(raw: bytes) -> bytes:
    """Without an mbox line or blank lines on top; with line ends that the parser knows."""
    raw = MBOX_LINE.sub(b"", raw, count=1).lstrip(b"\xef\xbb\xbf\r\n")
    if b"\n" not in raw[:4096] and b"\r" in raw[:4096]:
        raw = raw.replace(b"\r", b"\n")
    return raw


def _sender(message: Message) -> Person:
    """Who wrote it: From; if that names nobody, Reply-To, then Sender, then Return-Path."""
    for name in ("From", "Reply-To", "Sender", "Return-Path"):
        found = addresses.people(message, name)
        if found:
            return found[0]
    return Person(headers.text(message, "From")[:200], "")


def _ids(message: Message, name: str) -> list[str]:
    """The ids in all headers of this name, without brackets."""
    wanted = name.lower()
    values = [str(value) for key, value in message.raw_items() if key.lower() == wanted]
    return [clean(found) for value in values for found in ID.findall(value)]


def _bare_id(message: Message) -> str:
    """An id that somebody wrote without brackets."""
    return headers.text(message, "Message-ID").strip("<> ")[:900]


def _date(message: Message) -> datetime | None:
    """When it says it was written; None for nonsense, the far past and the future."""
    try:
        moment = parsedate_to_datetime(headers.raw(message, "Date"))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return moment if EARLIEST < moment <= datetime.now(UTC) else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
