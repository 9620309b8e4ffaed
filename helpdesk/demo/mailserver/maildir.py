"""One maildir folder with IMAP's numbers in its file names: ``0000000042.1764000000000000:2,FS``."""

import os
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESERVED = 100  # uids promised on disk ahead of use, so that none is used twice, even after kill -9


@dataclass(frozen=True, slots=True)
class Mail:
    """A stored mail; flags are maildir's letters (S seen, R answered, F flagged, T deleted, D draft)."""

    uid: int
    path: Path
    flags: frozenset[str]
    folder: "Folder"

    @property
    def raw(self) -> bytes:
        """The mail as it was delivered."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:  # somebody has just set a flag: the file has another name
            return self.folder.path_of(self.uid).read_bytes()

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    @property
    def received_at(self) -> datetime:
        """When it was delivered."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    @property
    def is_seen(self) -> bool:
        """Whether somebody has opened it."""
        return "S" in self.flags


class Folder:
    """A maildir with stable uids, held in memory as an index of names; only one process may hold it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        for part in ("tmp", "new", "cur"):
            (path / part).mkdir(parents=True, exist_ok=True)
        self._mails = {mail.uid: mail for mail in self._scan()}
        self.uidvalidity, self._promised = self._numbers()
        self._next = max([self._promised, *(uid + 1 for uid in self._mails)])

    @property
    def uidnext(self) -> int:
        """The uid of the next mail."""
        return self._next

    def mails(self) -> list[Mail]:
        """Every mail, by uid."""
        with self._lock:
            return [self._mails[uid] for uid in sorted(self._mails)]

    def mail(self, uid: int) -> Mail | None:
        """One mail."""
        return self._mails.get(uid)

    def path_of(self, uid: int) -> Path:
        """Where a mail lies now."""
        return self._mails[uid].path

    def uids(self) -> list[int]:
        """Every uid, ascending."""
        with self._lock:
            return sorted(self._mails)

    def add(self, raw: bytes, *, flags: frozenset[str] = frozenset(), at: datetime | None = None) -> Mail:
        """Write a mail and move it into place."""
        temporary = self.path / "tmp" / f"{time.time_ns()}.{threading.get_ident()}"
        temporary.write_bytes(raw)
        if at:
            os.utime(temporary, (at.timestamp(), at.timestamp()))
        return self._accept(temporary, flags)

    def copy(self, mail: Mail, target: "Folder") -> Mail:
        """The same mail in another folder; the file is shared."""
        temporary = target.path / "tmp" / f"{time.time_ns()}.{mail.uid}"
        os.link(mail.path, temporary)
        return target._accept(temporary, mail.flags)

    def move(self, mail: Mail, target: "Folder") -> Mail:
        """Bring a mail to another folder in one step: it is never in both or in none."""
        with self._lock:
            moved = target._accept(mail.path, mail.flags)
            self._mails.pop(mail.uid, None)
            return moved

    def flag(self, mail: Mail, flags: frozenset[str]) -> Mail:
        """Set exactly these flags."""
        with self._lock:
            path = self.path / "cur" / f"{mail.path.name.partition(':')[0]}:2,{''.join(sorted(flags))}"
            os.rename(mail.path, path)
            self._mails[mail.uid] = Mail(mail.uid, path, flags, self)
            return self._mails[mail.uid]

    def delete(self, mail: Mail) -> None:
        """Remove a mail for good."""
        with self._lock:
            mail.path.unlink(missing_ok=True)
            self._mails.pop(mail.uid, None)

    def remove(self) -> None:
        """Remove the whole folder."""
        with self._lock:
            shutil.rmtree(self.path)
            self._mails.clear()

    def _accept(self, temporary: Path, flags: frozenset[str]) -> Mail:
        with self._lock:
            uid = self._next
            if uid >= self._promised:
                self._promise(uid + RESERVED)
            self._next += 1
            stem = f"{uid:010d}.{time.time_ns() // 1000}"
            path = (
                self.path
                / ("cur" if flags else "new")
                / (f"{stem}:2,{''.join(sorted(flags))}" if flags else stem)
            )
            os.rename(temporary, path)
            self._mails[uid] = Mail(uid, path, flags, self)
            return self._mails[uid]

    def _scan(self) -> list[Mail]:
        found = [path for part in ("new", "cur") for path in (self.path / part).iterdir()]
        named = [(path.name.partition("."), path) for path in found]
        return [
            Mail(int(head), path, frozenset(path.name.partition(":2,")[2]), self)
            for (head, _, _), path in named
            if head.isdigit()
        ]

    def _numbers(self) -> tuple[int, int]:
        try:
            validity, promised = (self.path / "numbers").read_text().split()
            return int(validity), int(promised)
        except FileNotFoundError:
            self.uidvalidity = int(time.time())
            self._promise(1 + RESERVED)
            return self.uidvalidity, 1

    def _promise(self, promised: int) -> None:
        temporary = self.path / "tmp" / "numbers"
        temporary.write_text(f"{self.uidvalidity} {promised}")
        os.replace(temporary, self.path / "numbers")
        self._promised = promised
