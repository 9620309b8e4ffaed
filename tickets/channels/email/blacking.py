"""A mail as it came, without certain words: rewritten part by part, or emptied where that can't be done for sure."""

import email
import re
from email.header import Header
from email.message import Message

from privacy.redaction import MARK, black_out, black_out_html
from tickets.channels.email import headers
from tickets.channels.email.charsets import decode
from tickets.channels.email.files import File
from tickets.channels.email.parsing import parse

EMPTIED = f"Subject: {Header(MARK, 'utf-8').encode()}\r\n\r\n".encode()


def without(raw: bytes, words: re.Pattern[str]) -> tuple[bytes, int]:
    """The mail without these words, and in how many places they stood; the mail itself if they stand nowhere.

    What we read from the result decides: where the words are still to be read (in a container that we don't
    write, in a mail too broken to be written anew), nothing of the mail is left but an empty one.
    """
    if not _shows(raw, words):
        return raw, 0
    try:
        left, count = _rewritten(raw, words)
    except (ValueError, LookupError, TypeError, AttributeError):
        left, count = raw, 0
    return (left, count) if count and not _shows(left, words) else (EMPTIED, max(count, 1))


def _shows(raw: bytes, words: re.Pattern[str]) -> bool:
    mail = parse(raw)
    texts = (
        mail.subject,
        mail.body_text,
        mail.quoted_text,
        mail.from_name,
        mail.from_email,
        *mail.to,
        *mail.cc,
    )
    if any(words.search(text) for text in texts) or black_out_html(mail.body_html, words)[1] > 0:
        return True
    return any(_shows_in(file, words) for file in mail.attachments)


def _shows_in(file: File, words: re.Pattern[str]) -> bool:
    """Whether a file bears the words in its name, or in its text."""
    is_text = file.content_type.startswith("text/")
    text = decode(file.content, "") if is_text else ""
    black = black_out_html if file.content_type == "text/html" else black_out
    return bool(words.search(file.filename)) or black(text, words)[1] > 0


def _rewritten(raw: bytes, words: re.Pattern[str]) -> tuple[bytes, int]:
    mail, count = email.message_from_bytes(raw), 0
    for part in mail.walk():
        count += _name(part, words)
        count += _head(part, words)
        if part.get_content_maintype() == "text" and not part.is_multipart():
            count += _text(part, words)
    return mail.as_bytes(), count


def _name(part: Message, words: re.Pattern[str]) -> int:
    """The name of a file, in whichever of two fields, and however it is written there (RFC 2231)."""
    new, count = black_out(headers.decode_words(part.get_filename() or ""), words)
    for field, key in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        if count and part.get_param(key, header=field) is not None:
            part.del_param(key, header=field)
            part.set_param(key, new, header=field, charset="utf-8")
    return count


def _head(part: Message, words: re.Pattern[str]) -> int:
    fields, count = part.items(), 0
    for name in dict(fields):
        del part[name]
    for name, value in fields:
        new, more = black_out(headers.decode_words(str(value)), words)
        part[name] = Header(new, "utf-8", header_name=name).encode() if more else value
        count += more
    return count


def _text(part: Message, words: re.Pattern[str]) -> int:
    payload = part.get_payload(decode=True)
    text = decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset() or "")
    black = black_out_html if part.get_content_subtype() == "html" else black_out
    new, count = black(text, words)
    if count:
        del part["Content-Transfer-Encoding"]
        part.set_payload(new, "utf-8")
    return count
