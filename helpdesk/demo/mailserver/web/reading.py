"""A stored mail as a person reads it: who, when, text, HTML, attachments."""

import base64
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from functools import cached_property

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from helpdesk.demo.mailserver.maildir import Mail
from helpdesk.demo.mailserver.store import parsed

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class Attached:
    """A file in a mail."""

    number: int
    name: str
    content_type: str
    content: bytes


@dataclass
class Letter:
    """One mail, taken apart when first asked."""

    stored: Mail
    folder: str

    @cached_property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        return parsed(self.stored.raw)

    def header(self, name: str) -> str:
        """One header, readable, on one line."""
        try:
            return " ".join(str(self.message.get(name, "")).split())
        except (ValueError, LookupError, AttributeError, IndexError):
            return ""

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.header("subject")

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address of who wrote it."""
        return (getaddresses([self.header("reply-to") or self.header("from")]) or [("", "")])[0]

    @property
    def from_name(self) -> str:
        """Who wrote it, in a word."""
        name, address = (getaddresses([self.header("from")]) or [("", "")])[0]
        return name or address

    @cached_property
    def text(self) -> str:
        """The plain part."""
        part = self._body("plain")
        return _decoded(part) if part else ""

    @cached_property
    def linked_text(self) -> SafeString:
        """The plain part with its links to click."""
        parts, end = [], 0
        for link in _LINK.finditer(self.text):
            parts.append(escape(self.text[end : link.start()]))
            parts.append(
                format_html('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>', link[0])
            )
            end = link.end()
        return mark_safe("".join([*parts, escape(self.text[end:])]))  # noqa: S308  # nosec - escaped

    @cached_property
    def html(self) -> str:
        """The HTML part, its own pictures put in."""
        part = self._body("html")
        if part is None:
            return ""
        shown = _decoded(part)
        for inner in self.message.walk():
            if inner.get("content-id") and inner.get_content_maintype() == "image":
                data = base64.b64encode(_bytes(inner)).decode()
                name = str(inner["content-id"]).strip("<> ")
                shown = shown.replace(f"cid:{name}", f"data:{inner.get_content_type()};base64,{data}")
        return shown

    @cached_property
    def attachments(self) -> list[Attached]:
        """The files."""
        bodies = [self._body("plain"), self._body("html")]
        parts = [part for part in self.message.walk() if not part.is_multipart() and part not in bodies]
        return [
            Attached(
                number, part.get_filename() or part.get_content_type(), part.get_content_type(), _bytes(part)
            )
            for number, part in enumerate(parts)
        ]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header as it travelled."""
        head = self.stored.raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
        lines = re.findall(r"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*", head)
        return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def _body(self, kind: str) -> EmailMessage | None:
        try:
            found = self.message.get_body(preferencelist=(kind,))
        except (ValueError, KeyError, AttributeError):
            return None
        return found if isinstance(found, EmailMessage) else None


def _decoded(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return _bytes(part).decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
