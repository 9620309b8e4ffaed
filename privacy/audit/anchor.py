"""The anchor: the head of the chain, written outside the database, one line a batch, never rewritten.

Whoever can change the whole database can't change these lines, too, if the file (or a copy of it) lies elsewhere.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from privacy.models import AuditBatch

TAIL = 4096


@dataclass(frozen=True, slots=True)
class Anchored:
    """One line: which batch, up to which event, its seal."""

    number: int
    last_id: int
    seal: bytes

    def line(self, sealed_at: str) -> str:
        return f"{self.number} {self.last_id} {self.seal.hex()} {sealed_at}\n"


def lines() -> list[Anchored]:
    """All that was anchored, oldest first; a line cut off by a full disk is left out."""
    return _parsed(0)


def last() -> Anchored | None:
    """The newest line, read from the end: the file grows by a line a minute for years."""
    found = _parsed(-TAIL)
    return found[-1] if found else None


def write() -> int:
    """Append the batches that aren't anchored yet (a killed sealer leaves some); returns how many."""
    known = last()
    behind = AuditBatch.objects.order_by("number").filter(number__gt=known.number if known else 0)
    fresh = [
        Anchored(batch.number, batch.last_id, bytes(batch.seal)).line(batch.sealed_at.isoformat())
        for batch in behind.only("number", "last_id", "seal", "sealed_at").iterator()
    ]
    _append(fresh)
    return len(fresh)


def _parsed(start: int) -> list[Anchored]:
    """The lines from here on; a negative start counts from the end."""
    try:
        written = _file().read_bytes() if start >= 0 else _end(-start)
    except FileNotFoundError:
        return []
    found = []
    for line in written.decode("ascii", "replace").splitlines():
        number, last_id, seal, *_rest = [*line.split(), "", "", ""]
        if number.isdecimal() and last_id.isdecimal() and len(seal) == 64:
            found.append(Anchored(int(number), int(last_id), bytes.fromhex(seal)))
    return found


def _end(size: int) -> bytes:
    """The whole lines within the last bytes of the file."""
    with _file().open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - size))
        data = file.read()
    return data if length <= size else data.partition(b"\n")[2]


def _append(fresh: Iterable[str]) -> None:
    if not fresh:
        return
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(fresh)


def _file() -> Path:
    return Path(settings.AUDIT_ANCHOR_FILE)
