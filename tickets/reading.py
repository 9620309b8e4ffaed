"""What can be read in files: in those of text, as far as they aren't too large to be held. Nothing is changed."""

import re

from django.db.models import Q

from privacy import lens
from privacy.redaction import black_out, black_out_html
from privacy.vault.files import FileErasedError
from tickets.channels.email.charsets import decode
from tickets.models import Attachment

BOM = "\ufeff"  # spreadsheets look for it
LARGEST = 5_000_000  # bytes
TEXTS = frozenset({"application/json", "application/xml", "application/x-ndjson", "application/csv"})
PAGES = ("html", "xml")
READABLE = Q(size__lte=LARGEST) & (Q(content_type__startswith="text/") | Q(content_type__in=TEXTS))


def text_of(attachment: Attachment) -> str | None:
    """What a file of text says; None of any other, or of one that was erased."""
    is_text = attachment.content_type.startswith("text/") or attachment.content_type in TEXTS
    if not is_text or attachment.size > LARGEST:
        return None
    try:
        with lens.lifted():
            content = attachment.content.read_plain()  # type: ignore[attr-defined]
    except FileErasedError:
        return None
    return (BOM if content.startswith(BOM.encode()) else "") + decode(content, "")


def without(attachment: Attachment, words: re.Pattern[str]) -> tuple[str, int] | None:
    """What a file says without these words, and in how many places they stand; None if it can't be read."""
    text = text_of(attachment)
    if text is None:
        return None
    black = black_out_html if attachment.content_type.endswith(PAGES) else black_out
    return black(text, words)
