"""Files of text without certain words: a rewritten copy takes the place of the file. Other files can't be read."""

import re
from dataclasses import dataclass
from typing import Any

from privacy import audit, lens
from privacy.redaction import black_out, black_out_html
from privacy.vault.files import FileErasedError, as_file
from tickets.channels.email.charsets import decode
from tickets.models import Attachment

BOM = "\ufeff"  # spreadsheets look for it
LARGEST = 5_000_000  # bytes
SHOWN = 100_000  # characters of a file that are gone through for suggestions
TEXTS = frozenset({"application/json", "application/xml", "application/x-ndjson", "application/csv"})
PAGES = ("html", "xml")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file as it would be: its content without the words, and in how many places they stood."""

    attachment: Attachment
    content: bytes
    places: int


def without(attachment: Attachment, words: re.Pattern[str]) -> Rewritten | None:
    """The file without these words; None if it isn't text, or is too large to be held."""
    text = _text(attachment)
    if text is None:
        return None
    black = black_out_html if attachment.content_type.endswith(PAGES) else black_out
    left, places = black(text, words)
    return Rewritten(attachment, left.encode("utf-8", "replace"), places)


def beginning(attachment: Attachment) -> str:
    """The first pages of a file of text; nothing of others."""
    return (_text(attachment) or "")[:SHOWN]


def replace(found: Rewritten, *, by: Any) -> None:
    """Put the copy in the place of the file, which goes when the transaction is through."""
    attachment = Attachment.everything.get(pk=found.attachment.pk)  # its name may just have been blacked out
    with lens.lifted():
        attachment.content.save("", as_file(found.content), save=False)
        attachment.size = len(found.content)
        attachment.save()
    audit.record(audit.Deed.REDACT, attachment, by=by, fields=["content"])


def _text(attachment: Attachment) -> str | None:
    is_text = attachment.content_type.startswith("text/") or attachment.content_type in TEXTS
    if not is_text or attachment.size > LARGEST:
        return None
    try:
        with lens.lifted():
            content = attachment.content.read_plain()  # type: ignore[attr-defined]
    except FileErasedError:
        return None
    return (BOM if content.startswith(BOM.encode()) else "") + decode(content, "")
