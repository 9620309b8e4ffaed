"""Files of text without certain words: a rewritten copy takes the place of the file. Other files can't be read."""

import re
from dataclasses import dataclass
from typing import Any

from privacy import audit, lens
from privacy.vault.files import as_file
from tickets import reading
from tickets.models import Attachment

SHOWN = 100_000  # characters of a file that are gone through for suggestions


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file as it would be: its content without the words, and in how many places they stood."""

    attachment: Attachment
    content: bytes
    places: int


def without(attachment: Attachment, words: re.Pattern[str]) -> Rewritten | None:
    """The file without these words; None if it isn't text, or is too large to be held."""
    found = reading.without(attachment, words)
    if found is None:
        return None
    left, places = found
    return Rewritten(attachment, left.encode("utf-8", "replace"), places)


def beginning(attachment: Attachment) -> str:
    """The first pages of a file of text; nothing of others."""
    return (reading.text_of(attachment) or "")[:SHOWN]


def replace(found: Rewritten, *, by: Any) -> None:
    """Put the copy in the place of the file, which goes when the transaction is through."""
    attachment = Attachment.everything.get(pk=found.attachment.pk)  # its name may just have been blacked out
    with lens.lifted():
        attachment.content.save("", as_file(found.content), save=False)
        attachment.size = len(found.content)
        attachment.save()
    audit.record(audit.Deed.REDACT, attachment, by=by, fields=["content"])
