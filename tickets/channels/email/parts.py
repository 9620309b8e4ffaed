"""One part of a mail: its name, its bytes, its text."""

import binascii
import quopri
import re
from email.message import Message
from typing import Any

from tickets.channels.email import headers
from tickets.channels.email.charsets import decode
from tickets.channels.email.mime import Part

META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n"
BASE64_LINE = re.compile(rb"[A-Za-z0-9+/ \t]*={0,2}")
PLAIN_PARAMETER = re.compile(r"\s*([\w-]+)\s*=\s*(?:\"([^\"\\]*)\"|([^\s\"';*%\\]+))\s*\Z")
LONGEST = 8_000


def parameter(part: Part, header: str, name: str) -> str:
    """A parameter of a header, continuations and charsets resolved (RFC 2231), encoded words too."""
    given = headers.raw(part, header)[:LONGEST]
    if name not in given.lower():
        return ""
    pieces = [PLAIN_PARAMETER.match(piece) for piece in given.split(";")[1:]]
    if all(pieces) and given.isascii():
        found = next((each for each in pieces if each and each[1].lower() == name), None)
        value = (found[2] if found[2] is not None else found[3]) if found else ""
        return headers.one_line(headers.decode_words(value))
    return _difficult(given, name)


def filename(part: Part) -> str:
    """The name that the sender gave to a file; empty if there is none."""
    return parameter(part, "Content-Disposition", "filename") or parameter(part, "Content-Type", "name")


def disposition(part: Part) -> str:
    """``attachment``, ``inline`` or nothing."""
    return headers.raw(part, "Content-Disposition").partition(";")[0].strip().lower()


def content_id(part: Part) -> str:
    return headers.text(part, "Content-ID").strip("<> ")


def payload(part: Part) -> bytes:
    """The bytes of a part that has no parts, whatever its transfer encoding makes of them."""
    encoding = headers.raw(part, "Content-Transfer-Encoding").partition(";")[0].strip().strip("\"'").lower()
    if encoding == "base64":
        return unbase64(part.content)
    if encoding in ("quoted-printable", "quotedprintable", "quoted printable"):
        return quopri.decodestring(part.content)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uudecode(part.content) or part.content
    return part.content


def text(part: Part, *, longest: int) -> str:
    """The text of a text part, up to ``longest`` characters."""
    data = payload(part)[: 4 * longest]
    charset = parameter(part, "Content-Type", "charset")
    if not charset and part.media_type == "text/html":
        found = META_CHARSET.search(data[:4096])
        charset = found[1].decode() if found else ""
    return decode(data, charset)[:longest]


def uudecode(data: bytes) -> bytes:
    """The content of a uuencoded block; damaged lines are read as far as they go."""
    lines = data.splitlines()
    return b"".join(
        _uu_line(line) for line in lines if line.strip() and not line.startswith((b"begin ", b"end"))
    )


def _difficult(given: str, name: str) -> str:
    """With the library's help; what is written in the newer way (``name*=``) goes before the older."""
    carrier = Message()
    carrier["X"] = headers.from_raw(given)
    try:
        params: list[tuple[str, Any]] = carrier.get_params(failobj=[], header="X")
        found = [value for key, value in params if key.lower() == name]
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    for value in found:
        if isinstance(value, tuple):
            charset, _language, said = value
            return headers.one_line(decode(str(said).encode("latin-1", "replace"), str(charset or "")))
    return headers.one_line(headers.decode_words(str(found[0]))) if found else ""


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:size])
        except binascii.Error:
            return b""


def unbase64(data: bytes) -> bytes:
    """Base64 up to where it ends: what a list server wrote below it is no part of the file."""
    if not data.translate(None, BASE64).strip(b"="):
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            return headers.unpack_base64(data)
    kept: list[bytes] = []
    for line in map(bytes.strip, data.splitlines()):
        if kept and not BASE64_LINE.fullmatch(line) and _is_prose(line):
            break
        kept.append(line)
        if line.endswith(b"="):
            break
    return headers.unpack_base64(b"".join(kept))


def _is_prose(line: bytes) -> bool:
    """Words or a rule, and not base64 with a damaged letter or two."""
    return b" " in line or len(line.translate(None, BASE64)) > len(line) / 5
