"""Attachments: what may come along with a message, and how it is kept."""

import mimetypes
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from privacy.vault.files import as_file
from tickets.models import Attachment, Message

IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
UNNAMED = "attachment"


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file about to be attached: from a mail, a form, an import."""

    filename: str
    content_type: str
    content: bytes | IO[bytes]
    content_id: str = ""
    is_inline: bool = False


def attach(message: Message, files: Iterable[NewAttachment]) -> list[Attachment]:
    """Seal the files and hang them on the message."""
    return [_attach(message, file) for file in files]


def safe_filename(name: str) -> str:
    """The last part of a name, without control characters, direction overrides or anything a path is made of."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    if len(kept) > 200:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: 190 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else kept[:200]
    return kept or UNNAMED


def image_type(start: bytes) -> str:
    """The media type of a picture that browsers may show, proved by its first bytes; or nothing."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in IMAGES.items() if start.startswith(magic)), "")


def _attach(message: Message, file: NewAttachment) -> Attachment:
    content = as_file(file.content)
    start = content.read(16)
    proved = image_type(start)
    attachment = Attachment(
        message=message,
        filename=safe_filename(file.filename),
        content_type=proved or _media_type(file),
        size=content.size,
        content_id=file.content_id.strip("<> "),
        is_inline=file.is_inline and bool(proved),
        is_image=bool(proved),
    )
    attachment.content.save("", content, save=False)
    attachment.save()
    return attachment


def _media_type(file: NewAttachment) -> str:
    """What was said, if it has the form of a media type and isn't a picture that it is not."""
    said = file.content_type.partition(";")[0].strip().lower()
    if not MEDIA_TYPE.fullmatch(said) or len(said) > 127:
        said = mimetypes.guess_type(file.filename)[0] or ""
    return said if said and not said.startswith("image/") else "application/octet-stream"
