"""Outlook's winmail.dat taken apart (MS-OXTNEF): text and files, in linear time."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tickets.channels.email import rtf
from tickets.channels.email.charsets import decode

SIGNATURE = 0x223E9F78
HEADER = struct.Struct("<BIi")  # level, attribute, length
BODY, PROPERTIES, CODEPAGE = 0x0002800C, 0x00069003, 0x00069007
NEW_FILE, FILE_TITLE, FILE_DATA, FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
MAPI_BODY, MAPI_HTML, MAPI_RTF = 0x1000, 0x1013, 0x1009
MAPI_FILE_NAME, MAPI_LONG_NAME, MAPI_DISPLAY_NAME, MAPI_FILE_DATA = 0x3704, 0x3707, 0x3001, 0x3701
SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
UNICODE = 0x1F
MOST_FILES = 1_000


@dataclass(slots=True)
class PackedFile:
    """A file in it."""

    name: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class Packed:
    """What was in it."""

    text: str = ""
    html: str = ""
    files: list[PackedFile] = field(default_factory=list)


def read(data: bytes) -> Packed | None:
    """Everything that can be read; None if these aren't bytes of this format."""
    if len(data) < 6 or int.from_bytes(data[:4], "little") != SIGNATURE:
        return None
    packed, charset = Packed(), "cp1252"
    for attribute, content in _attributes(data):
        if attribute == CODEPAGE and len(content) >= 4:
            charset = f"cp{int.from_bytes(content[:4], 'little')}"
        elif attribute == BODY:
            packed.text = _text(content, charset)
        elif attribute == PROPERTIES:
            _take_text(packed, content, charset)
        elif attribute == NEW_FILE and len(packed.files) < MOST_FILES:
            packed.files.append(PackedFile())
        elif packed.files:
            _take_file(packed.files[-1], attribute, content, charset)
    packed.files = [each for each in packed.files if each.content or each.name]
    return packed if packed.files or packed.text or packed.html else None


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Attribute and content, up to the first that is damaged."""
    at = 6
    while at + HEADER.size + 2 <= len(data):
        _level, attribute, length = HEADER.unpack_from(data, at)
        at += HEADER.size
        if length < 0 or at + length > len(data):
            return
        yield attribute, data[at : at + length]
        at += length + 2  # a checksum follows


def _take_text(packed: Packed, content: bytes, charset: str) -> None:
    for kind, name, value in _properties(content):
        if name == MAPI_BODY:
            packed.text = packed.text or _string(kind, value, charset)
        elif name == MAPI_HTML:
            packed.html = packed.html or _string(kind, value, "")
        elif name == MAPI_RTF and not (packed.text or packed.html):
            packed.text = rtf.to_text(rtf.unpacked(value))


def _take_file(file: PackedFile, attribute: int, content: bytes, charset: str) -> None:
    if attribute == FILE_TITLE:
        file.name = file.name or _text(content, charset)
    elif attribute == FILE_DATA:
        file.content = content
    elif attribute == FILE_PROPERTIES:
        for kind, name, value in _properties(content):
            if name == MAPI_LONG_NAME or (name in (MAPI_FILE_NAME, MAPI_DISPLAY_NAME) and not file.name):
                file.name = _string(kind, value, charset) or file.name
            elif name == MAPI_FILE_DATA and not file.content:
                file.content = value


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, name and value of each MAPI property, up to the first that is damaged."""
    at = 4
    while at + 4 <= len(data):
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:
            at = _after_name(data, at)
        kind, is_many = kind & 0x0FFF, bool(kind & 0x1000)
        count = 1
        if is_many or kind in VARIABLE:
            count, at = _number(data, at), at + 4
        for _ in range(count):
            size = SIZES.get(kind, -1)
            if kind in VARIABLE:
                size, at = _number(data, at), at + 4
            if size < 0 or at + size > len(data):
                return
            yield kind, name, data[at : at + size]
            at += (size + 3) // 4 * 4


def _after_name(data: bytes, at: int) -> int:
    """Behind the id of a named property: a GUID, then a number or a name."""
    if _number(data, at + 16) == 0:
        return at + 24
    return at + 24 + (_number(data, at + 20) + 3) // 4 * 4


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _string(kind: int, value: bytes, charset: str) -> str:
    return _text(value, "utf-16-le" if kind == UNICODE else charset)


def _text(value: bytes, charset: str) -> str:
    return decode(value, charset).rstrip("\0")
