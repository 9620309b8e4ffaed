"""From the bytes of a mail to what we need of it. Never raises; within bounds of time and memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tickets.channels.email import addresses, bodies, headers, html, mime, replies
from tickets.channels.email.addresses import Person
from tickets.channels.email.charsets import clean
from tickets.channels.email.files import File
from tickets.channels.email.language import guess
from tickets.channels.email.mime import Part

MBOX_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*>?From (?![ \t]*:)[^\r\n]*(?:\r\n|\n|\r)")
UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
ID = re.compile(r"<([^<>\s]{1,900})>")
LONGEST_SUBJECT = 500
LONGEST_FORWARDED = 100_000
MOST_REFERENCES = 100
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Glance:
    """What the header says: enough for a list."""

    sender: Person
    subject: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as we understand it. Addresses are bare; ids have no angle brackets."""

    message_id: str
    subject: str
    from_name: str
    from_email: str
    answer_to: Person | None
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
    root: Part = field(repr=False, compare=False)

    @property
    def reply_to(self) -> str:
        """The address that answers are wanted at; empty if none is named."""
        return self.answer_to.address if self.answer_to else ""

    def header(self, name: str) -> str:
        """A header as a person reads it."""
        return headers.text(self.root, name)


def parse(raw: bytes) -> ParsedMail:
    """Understand a mail, however broken it is."""
    raw = _tidied(raw)
    root = mime.parse(raw)
    body = bodies.read(root)
    if root.is_cut:
        body.files.append(File("mail.eml", "message/rfc822", raw))
    text = clean(body.text if body.text.strip() else html.to_text(body.html)).strip("\n")
    text = text if text.strip() else body.summary.strip("\n") or _forwarded(body.files)
    subject = headers.text(root, "Subject")[:LONGEST_SUBJECT]
    shown, cut = replies.separate_html(body.html, subject=subject) if body.html.strip() else ("", "")
    if shown and cut and not body.text.strip():
        separated = replies.separate_pages(shown, cut, subject=subject)
    else:
        separated = replies.separate(text, subject=subject)
    sender, ids = _sender(root), _ids(root, "Message-ID")
    return ParsedMail(
        message_id=ids[0] if ids else _bare_id(root),
        subject=subject,
        from_name=sender.name,
        from_email=sender.address,
        answer_to=next(iter(addresses.people(root, "Reply-To")), None),
        to=[person.address for person in addresses.people(root, "To")],
        cc=[person.address for person in addresses.people(root, "Cc")],
        date=_date(root),
        in_reply_to=next(iter(_ids(root, "In-Reply-To")), ""),
        references=_ids(root, "References")[-MOST_REFERENCES:],
        body_text=text,
        reply_text=separated.reply,
        quoted_text=separated.quoted,
        body_html=html.sanitise(shown),
        language=guess(separated.reply or text),
        attachments=body.files,
        root=root,
    )


def glance(start: bytes) -> Glance:
    """The header of a mail of which only the beginning may be there."""
    root = mime.header(_tidied(start))
    return Glance(_sender(root), headers.text(root, "Subject")[:LONGEST_SUBJECT], _date(root))


def _tidied(raw: bytes) -> bytes:
    """Without an mbox line, a byte order mark or blank lines on top; with line ends to be told apart."""
    if raw[:2] in UTF16:
        raw = raw[2:].decode(UTF16[raw[:2]], "replace").encode()
    raw = MBOX_LINE.sub(b"", raw, count=1).lstrip(b"\xef\xbb\xbf\r\n \t\0")
    if b"\n" not in raw[:4096] and b"\r" in raw[:4096]:
        raw = raw.replace(b"\r", b"\n")
    return raw


def _sender(root: Part) -> Person:
    """Who wrote it: From; if that names nobody, Reply-To, then Sender, then Return-Path."""
    for name in ("From", "Reply-To", "Sender", "Return-Path"):
        found = addresses.people(root, name)
        if found:
            return found[0]
    return Person(headers.text(root, "From")[:200], "")


def _ids(root: Part, name: str) -> list[str]:
    """The ids in all headers of this name, without brackets."""
    values = root.fields.get(name.lower(), ())
    return [clean(found) for value in values for found in ID.findall(value[: headers.LONGEST])]


def _bare_id(root: Part) -> str:
    """An id that somebody wrote without brackets."""
    return headers.text(root, "Message-ID").strip("<> ")[:900]


def _date(root: Part) -> datetime | None:
    """When it says it was written; None for nonsense, the far past and the future."""
    try:
        moment = parsedate_to_datetime(headers.raw(root, "Date")[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return moment if EARLIEST < moment <= datetime.now(UTC) else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _forwarded(found: list[File]) -> str:
    """The text of the first mail in the mail, when nobody wrote anything above it."""
    texts = (text for file in found if file.content_type == "message/rfc822" for text in _text_inside(file))
    return next(texts, "")


def _text_inside(file: File) -> Iterator[str]:
    body = bodies.read(mime.parse(_tidied(file.content)))
    text = body.text if body.text.strip() else html.to_text(body.html)
    if text.strip():
        yield clean(text).strip("\n")[:LONGEST_FORWARDED]
