"""Merkle trees over events (as RFC 6962 builds them), and the one way in which an event is written as bytes."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

EMPTY = hashlib.sha256().digest()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING = b"\xff\xff\xff\xff"


def encoded(values: Iterable[Any]) -> bytes:
    """Values one after the other, each with its length before it: no two lists of values look alike."""
    return b"".join(map(_encoded, values))


def content_hash(values: Iterable[Any]) -> bytes:
    """The hash of what an event says, without its number: the same words at another place hash alike."""
    return hashlib.sha256(encoded(values)).digest()


def leaf(number: int, content: bytes) -> bytes:
    """The leaf of an event: its number and the hash of its content."""
    return hashlib.sha256(b"\x00" + number.to_bytes(8, "big") + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in their order; that of no leaves is the hash of nothing."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below their number
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def _encoded(value: Any) -> bytes:
    if value is None:
        return NOTHING
    data = _bytes(value)
    return len(data).to_bytes(4, "big") + data


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, datetime):
        return b"%d" % ((value - EPOCH) // timedelta(microseconds=1))
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, list | tuple):
        return encoded(value)
    return str(value).encode()
