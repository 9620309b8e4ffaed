"""FETCH: which parts of a mail the client wants, and their bytes."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from functools import cached_property

from helpdesk.demo.mailserver.imap.grammar import MONTHS, NotUnderstood, literal, string, text
from helpdesk.demo.mailserver.imap.structure import WIRE, envelope, inner, payload, structure
from helpdesk.demo.mailserver.maildir import Mail

FLAGS = {"S": "\\Seen", "R": "\\Answered", "F": "\\Flagged", "T": "\\Deleted", "D": "\\Draft"}
MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
OLD_NAMES = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}
_BODY = re.compile(r"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:([\d.]*\d)\.?)?(HEADER\.FIELDS(?:\.NOT)?|HEADER|TEXT|MIME)?(?:\s*\((.*)\))?", re.IGNORECASE
)


@dataclass
class Reading:
    """One mail being fetched: read and parsed at most once, and only if something needs it."""

    mail: Mail

    @cached_property
    def raw(self) -> bytes:
        """The whole mail."""
        return self.mail.raw

    @cached_property
    def parsed(self) -> Message:
        """Its parts."""
        return message_from_bytes(self.raw)

    def part(self, path: str) -> Message:
        """The part with a number such as ``2.1``; a mail without parts is its own part 1."""
        part = self.parsed
        for number in path.split(".") if path else []:
            if part.get_content_type() == "message/rfc822" and inner(part):
                part = inner(part)[0]
            if 0 < int(number) <= len(inner(part)):
                part = inner(part)[int(number) - 1]
            elif number != "1":
                raise LookupError(path)
        return part


def wanted(value: object) -> list[str]:
    """The items that a FETCH asks for."""
    items = value if isinstance(value, list) else MACROS.get(text(value).upper(), [value])
    return [text(item) for item in items]


def marks_seen(items: list[str]) -> bool:
    """Whether fetching this counts as reading."""
    bodies = [_BODY.fullmatch(item) for item in items]
    return any(body and not body[1] for body in bodies) or any(
        item.upper() in ("RFC822", "RFC822.TEXT") for item in items
    )


def answer(item: str, reading: Reading) -> bytes:
    """One item with its name, as it stands in the FETCH response."""
    name, mail = item.upper(), reading.mail
    if body := _BODY.fullmatch(item):
        start = f"<{body[3]}>" if body[3] else ""
        data = section(reading, body[2])
        data = data[int(body[3]) : int(body[3]) + int(body[4])] if body[3] else data
        return f"BODY[{body[2]}]{start} ".encode() + literal(data)
    if name in OLD_NAMES:
        return f"{name} ".encode() + literal(section(reading, OLD_NAMES[name]))
    facts = {
        "UID": lambda: b"%d" % mail.uid,
        "FLAGS": lambda: flags(mail.flags),
        "INTERNALDATE": lambda: string(date_time(mail.received_at)),
        "RFC822.SIZE": lambda: b"%d" % mail.size,
        "ENVELOPE": lambda: envelope(reading.parsed),
        "BODY": lambda: structure(reading.parsed, extended=False),
        "BODYSTRUCTURE": lambda: structure(reading.parsed, extended=True),
    }
    if name not in facts:
        raise NotUnderstood(f"unknown item {item}")
    return f"{name} ".encode() + facts[name]()


def section(reading: Reading, name: str) -> bytes:
    """The bytes of ``BODY[name]``; nothing for a part that isn't there."""
    match = _SECTION.fullmatch(name.strip())
    if not match:
        raise NotUnderstood(f"unknown section {name}")
    path, kind, fields = (
        match[1] or "",
        (match[2] or "").upper(),
        (match[3] or "").replace('"', "").lower().split(),
    )
    try:
        raw = reading.raw if not path else _bytes_of(reading.part(path), kind)
    except LookupError:
        return b""
    if not kind or (path and kind == "MIME"):
        return raw
    head, _, body = raw.partition(b"\r\n\r\n")
    if kind == "TEXT":
        return body
    lines = re.findall(rb"[^\r\n][^\r\n]*(?:\r\n[ \t][^\r\n]*)*", head)
    if kind != "HEADER":
        listed = [
            line for line in lines if line.partition(b":")[0].strip().lower().decode("latin-1") in fields
        ]
        lines = [line for line in lines if line not in listed] if kind.endswith("NOT") else listed
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def _bytes_of(part: Message, kind: str) -> bytes:
    if kind == "MIME":
        return (
            b"".join(
                f"{name}: {value}\r\n".encode("utf-8", "surrogateescape") for name, value in part.items()
            )
            + b"\r\n"
        )
    if kind and inner(part) and part.get_content_type() == "message/rfc822":
        return inner(part)[0].as_bytes(policy=WIRE)
    return payload(part)


def flags(letters: frozenset[str]) -> bytes:
    """The flags in IMAP's words."""
    return b"(" + " ".join(FLAGS[letter] for letter in sorted(letters) if letter in FLAGS).encode() + b")"


def letters(value: object) -> frozenset[str]:
    """The flags that a client names, as letters; unknown ones are left out."""
    names = {text(name).casefold() for name in (value if isinstance(value, list) else [value])}
    return frozenset(letter for letter, name in FLAGS.items() if name.casefold() in names)


def date_time(moment: datetime) -> str:
    """``17-Jul-2026 02:44:25 +0000``."""
    return f"{moment:%d}-{MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S %z}"
