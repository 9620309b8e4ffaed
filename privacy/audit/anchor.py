"""The anchor: the head of the chain, written outside the database, one line a batch, never rewritten.

Whoever can change the whole database can't change these lines, too, if the file (or a copy of it) lies elsewhere.
After a backup was restored a line says so: where the chain goes on, and under our key (docs/decisions/0015).
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from privacy.audit.merkle import encoded
from privacy.models import AuditBatch
from privacy.vault.seals import LENGTH, is_whole, seal

TAIL = 4096
DOMAIN = "privacy.audit.restore"
RESTORED = "restored"
LINE = re.compile(rf"(\d+) (\d+) ([0-9a-f]{{64}})(?: (\S+)(?: {RESTORED} ([0-9a-f]{{64}}))?)?")


@dataclass(frozen=True, slots=True)
class Anchored:
    """One line: which batch, up to which event, its seal."""

    number: int
    last_id: int
    seal: bytes
    written_at: str = ""
    proof: bytes | None = None  # of a restore: that it was us who noted it, at this place of the file

    def line(self) -> str:
        said = f"{self.number} {self.last_id} {self.seal.hex()} {self.written_at}"
        return f"{said}\n" if self.proof is None else f"{said} {RESTORED} {self.proof.hex()}\n"

    def is_ours(self, before: "Anchored | None") -> bool:
        """Whether we noted this restore, after this line."""
        return is_whole(DOMAIN, self._noted(before), self.proof or b"")

    def proven(self, before: "Anchored | None") -> "Anchored":
        """The same as a restore that we note after this line."""
        return replace(self, proof=seal(DOMAIN, self._noted(before)))

    def _noted(self, before: "Anchored | None") -> bytes:
        place = (before.number, before.seal, before.written_at) if before else ()
        return encoded((self.number, self.last_id, self.seal, self.written_at, place))


NOTHING = Anchored(0, 0, bytes(LENGTH))


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
    fresh = [_of(batch) for batch in behind.only("number", "last_id", "seal", "sealed_at").iterator()]
    _append(each.line() for each in fresh)
    return len(fresh)


def note_restore() -> None:
    """Note that a backup was restored: what was anchored after its last batch is not in this database any more."""
    head = AuditBatch.objects.order_by("number").last()
    known = replace(_of(head) if head else NOTHING, written_at=timezone.now().isoformat())
    _append([known.proven(last()).line()])


def _of(batch: AuditBatch) -> Anchored:
    return Anchored(batch.number, batch.last_id, bytes(batch.seal), batch.sealed_at.isoformat())


def _parsed(start: int) -> list[Anchored]:
    """The lines from here on; a negative start counts from the end."""
    try:
        written = _file().read_bytes() if start >= 0 else _end(-start)
    except FileNotFoundError:
        return []
    found = []
    for line in written.decode("ascii", "replace").splitlines():
        if (known := LINE.fullmatch(line)) is not None:
            number, last_id, sealed, moment, proof = known.groups()
            proven = None if proof is None else bytes.fromhex(proof)
            found.append(Anchored(int(number), int(last_id), bytes.fromhex(sealed), moment or "", proven))
    return found


def _end(size: int) -> bytes:
    """The whole lines within the last bytes of the file."""
    with _file().open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - size))
        data = file.read()
    return data if length <= size else data.partition(b"\n")[2]


def _append(fresh: Iterable[str]) -> None:
    if not (written := list(fresh)):
        return
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(written)


def _file() -> Path:
    return Path(settings.AUDIT_ANCHOR_FILE)
