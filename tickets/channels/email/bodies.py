"""From a tree of parts to what a reader sees: one text, one HTML, and the files beside them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from html import escape

import tnefparse

from tickets.attaching import safe_filename
from tickets.channels.email import calendars, flowing, headers, html, parts
from tickets.channels.email.charsets import decode

MOST_PARTS = 1_000
DEEPEST = 60
LONGEST_TEXT = 2_000_000
ENDINGS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "message/delivery-status": ".txt",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file in a mail."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Body:
    """What a part, and all below it, comes to."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


class Reader:
    """Reads a tree of parts once, within bounds: what is beyond them stays in the raw mail."""

    def __init__(self) -> None:
        self.seen = 0

    def read(self, part: Message, depth: int = 0) -> Body:
        """The body of a part."""
        self.seen += 1
        if self.seen > MOST_PARTS or depth > DEEPEST:
            return Body()
        kind = parts.media_type(part)
        if part.is_multipart() and kind != "message/rfc822":
            children = [each for each in part.get_payload() if isinstance(each, Message)]
            return self._several(kind, part, children, depth)
        return _single(kind, part)

    def _several(self, kind: str, part: Message, children: list[Message], depth: int) -> Body:
        how: Callable[[list[Body]], Body] = _one_after_another
        if kind == "multipart/alternative":
            how = _alternatives
        elif kind == "multipart/related":
            how = _with_its_pictures
            children = _root_first(part, children)
        return how([self.read(child, depth + 1) for child in children])


def _single(kind: str, part: Message) -> Body:
    if kind == "message/rfc822":
        return Body(files=[_message(part)])
    name = parts.filename(part)
    is_file = parts.disposition(part) == "attachment" or bool(name)
    if kind == "text/calendar":
        return Body(text=calendars.summary(parts.text(part)), files=[_file(kind, part, name)])
    if kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat":
        return _winmail(part) or Body(files=[_file(kind, part, name)])
    if is_file or not kind.startswith("text/"):
        return Body(files=[_file(kind, part, name)])
    if kind == "text/html":
        return Body(html=parts.text(part)[:LONGEST_TEXT])
    return _plain(part)


def _plain(part: Message) -> Body:
    text = parts.text(part)[:LONGEST_TEXT]
    if parts.parameter(part, "Content-Type", "format").lower() == "flowed":
        deletes = parts.parameter(part, "Content-Type", "delsp").lower() == "yes"
        text = flowing.unflow(text, delete_space=deletes)
    text, coded = flowing.take_out_uuencoded(text)
    files = [File(safe_filename(name), "application/octet-stream", content) for name, content in coded]
    return Body(text=text, files=files)


def _alternatives(bodies: list[Body]) -> Body:
    """The same in several forms: the first that is text, the last that is HTML."""
    text = next((each.text for each in bodies if each.text.strip()), "")
    html = next((each.html for each in reversed(bodies) if each.html.strip()), "")
    return Body(text, html, [file for each in bodies for file in each.files])


def _with_its_pictures(bodies: list[Body]) -> Body:
    """A page and what it shows."""
    root = bodies[0] if bodies else Body()
    others = [file for each in bodies[1:] for file in each.files]
    shown = [
        File(each.filename, each.content_type, each.content, each.content_id, is_inline=bool(each.content_id))
        for each in others
    ]
    return Body(root.text, root.html, [*root.files, *shown])


def _one_after_another(bodies: list[Body]) -> Body:
    """Pieces that follow each other; as soon as one is HTML, all are."""
    files = [file for each in bodies for file in each.files]
    written = [each for each in bodies if each.text.strip() or each.html.strip()]
    if len(written) == 1:
        return Body(written[0].text, written[0].html, files)
    text = "\n\n".join((each.text or html.to_text(each.html)).strip("\n") for each in written)
    page = ""
    if any(each.html for each in written):
        page = "\n".join(each.html or _as_html(each.text) for each in written)
    return Body(text, page, files)


def _root_first(part: Message, children: list[Message]) -> list[Message]:
    """RFC 2387: the part that ``start`` names is the page; without it the first one."""
    start = parts.parameter(part, "Content-Type", "start").strip("<> ")
    named = [child for child in children if start and parts.content_id(child) == start]
    return named[:1] + [child for child in children if child not in named[:1]]


def _file(kind: str, part: Message, name: str) -> File:
    content_id = parts.content_id(part)
    is_inline = bool(content_id) and parts.disposition(part) != "attachment"
    named = safe_filename(name) if name else f"attachment{ENDINGS.get(kind, '.bin')}"
    return File(named, kind, parts.payload(part), content_id, is_inline)


def _message(part: Message) -> File:
    """A mail inside the mail, whole: its own files are in it."""
    inside = part.get_payload()
    inner = inside[0] if isinstance(inside, list) and inside else None
    subject = headers.text(inner, "Subject") if isinstance(inner, Message) else ""
    content = _bytes_of(inner) if isinstance(inner, Message) else parts.payload(part)
    name = parts.filename(part) or f"{subject[:80] or 'message'}.eml"
    return File(safe_filename(name if name.lower().endswith(".eml") else f"{name}.eml"), "message/rfc822", content)


def _bytes_of(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except Exception:  # the generator trips over headers that the parser let through
        return str(message).encode("utf-8", "surrogateescape")


def _winmail(part: Message) -> Body | None:
    """What Outlook packed into winmail.dat; None if it can't be read."""
    try:
        packed = tnefparse.TNEF(parts.payload(part), do_checksum=False)
        files = [_from_winmail(each) for each in packed.attachments]
        return Body(text=_as_text(packed.body), html=_as_text(packed.htmlbody), files=files)
    except Exception:  # a damaged file of a foreign format may raise anything; it is kept as it came
        return None


def _from_winmail(attachment: object) -> File:
    name = _as_text(getattr(attachment, "long_filename", None)() or getattr(attachment, "name", "") or "")  # type: ignore[misc]
    return File(safe_filename(name), "application/octet-stream", bytes(getattr(attachment, "data", b"") or b""))


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return decode(value)
    return str(value) if value else ""


def _as_html(text: str) -> str:
    return "<div>" + escape(text).replace("\n", "<br>\n") + "</div>"
