"""Headers as they really come: raw 8-bit, folded, doubled, encoded words split within a character."""

import base64
import binascii
import quopri
import re

from tickets.channels.email.charsets import clean, decode
from tickets.channels.email.mime import Part

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
LONGEST = 20_000


def raw(part: Part, name: str) -> str:
    """The first header of this name that says something, as it stands, bytes above ASCII as surrogates."""
    values = part.fields.get(name.lower(), ())
    return next((value[:LONGEST] for value in values if value.strip()), "")


def text(part: Part, name: str) -> str:
    """A header as a person reads it, on one line."""
    return one_line(decode_words(raw(part, name)))


def one_line(value: str) -> str:
    """Without line breaks, control characters and direction overrides."""
    kept = "".join(c if c.isprintable() or c in "\u200d\u200c" else " " for c in clean(value))
    return " ".join(kept.split())


def decode_words(value: str) -> str:
    """Encoded words (RFC 2047) and raw bytes to text; neighbours in one charset are joined first."""
    value = BETWEEN_WORDS.sub(r"\1\2", _unfolded(value))
    pieces: list[tuple[bytes | str, str]] = []
    at = 0
    for found in WORD.finditer(value):
        if found.start() > at:
            pieces.append((value[at : found.start()], ""))
        charset = found[1].partition("*")[0].lower()  # RFC 2231, 5: a language may follow
        pieces.append((_unpacked(found[2], found[3]), charset))
        at = found.end()
    pieces.append((value[at:], ""))
    return "".join(_joined(pieces))


def _joined(pieces: list[tuple[bytes | str, str]]) -> list[str]:
    texts: list[str] = []
    waiting, charset = b"", ""
    for content, name in pieces:
        if isinstance(content, bytes) and name == charset:
            waiting += content
            continue
        if waiting:
            texts.append(decode(waiting, charset))
            waiting, charset = b"", ""
        if isinstance(content, bytes):
            waiting, charset = content, name
        elif content:
            texts.append(from_raw(content))
    if waiting:
        texts.append(decode(waiting, charset))
    return texts


def from_raw(value: str) -> str:
    """Text that may hold raw 8-bit bytes (as surrogates)."""
    if value.isascii():
        return value
    try:
        return decode(value.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return clean(value)


def _unpacked(kind: str, content: str) -> bytes:
    data = content.encode("ascii", "surrogateescape") if _is_ascii_or_raw(content) else content.encode()
    if kind in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    return unpack_base64(data)


def _is_ascii_or_raw(content: str) -> bool:
    return all(ord(c) < 128 or 0xDC80 <= ord(c) <= 0xDCFF for c in content)


def unpack_base64(data: bytes) -> bytes:
    """What can be read of base64: foreign characters are skipped, missing padding is added."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def _unfolded(value: str) -> str:
    return re.sub(r"\r?\n|\r", "", value)
