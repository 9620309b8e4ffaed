"""One part of a mail: its type, its name, its bytes, its text."""

import binascii
import quopri
import re
from email.message import Message

from tickets.channels.email import headers
from tickets.channels.email.charsets import decode

TYPE = re.compile(r"\s*([!#$&^_.+\w-]+/[!#$&^_.+\w-]+)")
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
BASE64_LINE = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}\s*")


def media_type(part: Message) -> str:
    """The type in lower case; ``text/plain`` when none or nonsense is given (RFC 2045, 5.2)."""
    given = headers.raw(part, "Content-Type")
    found = TYPE.match(given)
    if found:
        return found[1].lower()
    return "text/plain" if not given.strip().lower().startswith("multipart") else "multipart/mixed"


def parameter(part: Message, header: str, name: str) -> str:
    """A parameter of a header, continuations and charsets resolved (RFC 2231), encoded words too."""
    try:
        value = part.get_param(name, header=header)
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        value = None
    if isinstance(value, tuple):
        charset, _language, text = value
        return headers.one_line(decode(str(text).encode("latin-1", "replace"), str(charset or "")))
    return headers.one_line(headers.decode_words(str(value))) if value else ""


def filename(part: Message) -> str:
    """The name that the sender gave to a file; empty if there is none."""
    return parameter(part, "Content-Disposition", "filename") or parameter(part, "Content-Type", "name")


def disposition(part: Message) -> str:
    """``attachment``, ``inline`` or nothing."""
    return headers.raw(part, "Content-Disposition").partition(";")[0].strip().lower()


def content_id(part: Message) -> str:
    return headers.text(part, "Content-ID").strip("<> ")


def payload(part: Message) -> bytes:
    """The bytes of a part that has no parts, whatever its transfer encoding makes of them."""
    content = part.get_payload()
    if not isinstance(content, str):
        return b""
    data = content.encode("ascii", "surrogateescape") if _was_bytes(content) else content.encode("utf-8", "replace")
    encoding = headers.raw(part, "Content-Transfer-Encoding").strip().strip("\"'").lower()
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return quopri.decodestring(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uudecode(data) or data
    return data


def text(part: Message) -> str:
    """The text of a text part."""
    data = payload(part)
    charset = parameter(part, "Content-Type", "charset")
    if not charset and media_type(part) == "text/html":
        found = META_CHARSET.search(data[:4096])
        charset = found[1].decode() if found else ""
    return decode(data, charset)


def uudecode(data: bytes) -> bytes:
    """The content of a uuencoded block, without its first and last line; damaged lines are read as far as they go."""
    decoded = []
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        decoded.append(_uu_line(line))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:size])
        except binascii.Error:
            return b""


def _base64(data: bytes) -> bytes:
    """Base64 up to where it ends: what a list server wrote below it is no part of the file."""
    kept: list[bytes] = []
    for line in data.splitlines():
        if kept and not BASE64_LINE.fullmatch(line):
            break
        kept.append(line)
        if line.rstrip().endswith(b"="):
            break
    return headers.unpack_base64(b"".join(kept))


def _was_bytes(content: str) -> bool:
    return content.isascii() or all(ord(c) < 128 or 0xDC80 <= ord(c) <= 0xDCFF for c in content)
