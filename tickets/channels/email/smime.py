"""The text inside a mail that was signed and packed in one piece: as much of CMS (RFC 5652) as that takes.

Signatures aren't checked; what is encrypted can't be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
SEQUENCE = 0x10
DEEPEST = 12


class NotCms(ValueError):
    """These bytes are no element that we can read."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of BER: its tag, whether it is made of others, where its content lies, what comes after."""

    tag: int
    is_constructed: bool
    start: int
    stop: int
    after: int


def signed_content(data: bytes) -> bytes | None:
    """What was signed, or None if this isn't signed data that holds it."""
    try:
        outer = _only(data, _read(data, 0, len(data)), SEQUENCE)
        kind, packed = _children(data, outer)[:2]
        if data[kind.start : kind.stop] != SIGNED_DATA:
            return None
        signed = _only(data, _children(data, packed)[0], SEQUENCE)
        inside = _children(data, _children(data, signed)[2])
        content = _children(data, inside[1])[0] if len(inside) > 1 else None
        return b"".join(_octets(data, content, 0)) if content is not None else None
    except (NotCms, IndexError, ValueError):
        return None


def _only(data: bytes, element: Element, tag: int) -> Element:
    if element.tag != tag or not element.is_constructed:
        raise NotCms
    return element


def _octets(data: bytes, element: Element, depth: int) -> Iterator[bytes]:
    """An octet string, in one piece or in many (indefinite length)."""
    if depth > DEEPEST:
        raise NotCms
    if not element.is_constructed:
        yield data[element.start : element.stop]
        return
    for child in _children(data, element):
        yield from _octets(data, child, depth + 1)


def _children(data: bytes, element: Element) -> list[Element]:
    found: list[Element] = []
    at = element.start
    while at < element.stop:
        child = _read(data, at, element.stop)
        found.append(child)
        at = child.after
    return found


def _read(data: bytes, at: int, end: int, depth: int = 0) -> Element:
    """The element that begins here."""
    if at + 2 > end or depth > DEEPEST:
        raise NotCms
    first, length = data[at], data[at + 1]
    tag, is_constructed, at = first & 0x1F, bool(first & 0x20), at + 2
    if length == 0x80:
        stop = _end_of_contents(data, at, end, depth)
        return Element(tag, True, at, stop, stop + 2)
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
    if at + length > end:
        raise NotCms
    return Element(tag, is_constructed, at, at + length, at + length)


def _end_of_contents(data: bytes, at: int, end: int, depth: int) -> int:
    """Where an element of indefinite length ends: at two zero bytes on its own level."""
    while data[at : at + 2] != b"\0\0":
        at = _read(data, at, end, depth + 1).after
    return at
