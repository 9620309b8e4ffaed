"""IMAP's grammar: a command into values, values into answers. Pure."""

import re
from collections.abc import Iterable, Sequence

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n")
_ATOM = re.compile(rb'(?:[^\s()\[\]"{]|\[[^\]]*\])+')
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)


class NotUnderstood(ValueError):
    """The client wrote something that is no IMAP."""


def values(raw: bytes) -> list[object]:
    """The values of one whole command, literals included: atoms as str, strings as bytes, lists as lists."""
    found, end = _values(raw, 0)
    if raw[end:].strip():
        raise NotUnderstood("unexpected )")
    return found


def _values(raw: bytes, at: int) -> tuple[list[object], int]:
    found: list[object] = []
    while at < len(raw) and raw[at : at + 1] != b")":
        if raw[at : at + 1] in (b" ", b"\r", b"\n"):
            at += 1
            continue
        value, at = _value(raw, at)
        found.append(value)
    return found, at


def _value(raw: bytes, at: int) -> tuple[object, int]:
    if raw[at : at + 1] == b"(":
        inner, end = _values(raw, at + 1)
        if raw[end : end + 1] != b")":
            raise NotUnderstood("missing )")
        return inner, end + 1
    if quoted := _QUOTED.match(raw, at):
        return re.sub(rb"\\(.)", rb"\1", quoted[1]), quoted.end()
    if counted := _LITERAL.match(raw, at):
        end = counted.end() + int(counted[1])
        return raw[counted.end() : end], end
    if atom := _ATOM.match(raw, at):
        return atom[0].decode("utf-8", "replace"), atom.end()
    raise NotUnderstood("unreadable")


def text(value: object) -> str:
    """An atom or a string as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    raise NotUnderstood("text expected")


def chosen(numbers: str, existing: Sequence[int]) -> list[int]:
    """Those of the existing numbers that a set such as ``1:4,7,12:*`` names; ``*`` is the largest one."""
    largest = max(existing, default=0)
    wanted: list[tuple[int, int]] = []
    for part in numbers.split(","):
        ends = [largest if end == "*" else int(end) if end.isdigit() else -1 for end in part.split(":")]
        if len(ends) > 2 or min(ends) < 0:
            raise NotUnderstood("no set of numbers")
        wanted.append((min(ends), max(ends)))
    return [number for number in existing if any(low <= number <= high for low, high in wanted)]


def ranges(numbers: Iterable[int]) -> str:
    """A set of numbers, short: 1,2,3,7 is ``1:3,7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{low}:{high}" if high > low else f"{low}" for low, high in runs)


def string(value: bytes | str | None) -> bytes:
    """A value as an IMAP string: quoted if short and simple, else a literal; None is NIL."""
    if value is None:
        return b"NIL"
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    if len(data) < 200 and not re.search(rb'[\x00\r\n"\\\x80-\xff]', data):
        return b'"' + data + b'"'
    return literal(data)


def literal(data: bytes) -> bytes:
    """Bytes with their number in front."""
    return b"{%d}\r\n%b" % (len(data), data)


def group(parts: Iterable[bytes]) -> bytes:
    """A parenthesised list."""
    return b"(" + b" ".join(parts) + b")"
