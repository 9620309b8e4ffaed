"""The files in a mail: their names, their kinds, their bytes."""

import hashlib
import mimetypes
from dataclasses import dataclass, field

from tickets.attaching import safe_filename
from tickets.channels.email import headers, mime, parts
from tickets.channels.email.mime import Part

ENDINGS = {
    "message/rfc822": ".eml",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/csv": ".csv",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
}
UNNAMED = {"text/calendar": "invitation.ics"}


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


def of_part(part: Part) -> File:
    """A part as a file."""
    kind, name, content_id = part.media_type, parts.filename(part), parts.content_id(part)
    if kind == "message/rfc822":
        return _message(part, name)
    is_inline = bool(content_id) and parts.disposition(part) != "attachment"
    return File(named(name, kind), kind, parts.payload(part), content_id, is_inline)


def of_content(name: str, content: bytes) -> File:
    """A file of which only name and content are known."""
    safe = safe_filename(name)
    return File(safe, mimetypes.guess_type(safe)[0] or "application/octet-stream", content)


def named(name: str, kind: str) -> str:
    """A safe name; one after its kind for a file without any."""
    return safe_filename(name) if name else UNNAMED.get(kind, f"attachment{ENDINGS.get(kind, '.bin')}")


def _message(part: Part, name: str) -> File:
    """A mail inside the mail, byte by byte: its own files are in it."""
    content = parts.payload(part)
    name = name or headers.text(mime.header(content), "Subject")[:80] or "message"
    if not name.lower().endswith(".eml"):
        name += ".eml"
    return File(safe_filename(name), "message/rfc822", content)
