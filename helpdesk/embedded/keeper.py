"""The process that holds one server: starts it, starts it again if it dies, and ends it with its last user.

It is a process of its own so that commands which run at the same time share a server, whichever came first.
Who uses the server holds a shared lock on ``users.lock``, which ends with it, even after ``kill -9``.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from .servers import KINDS, Server
from .trouble import Trouble

PATIENCE = 60.0  # seconds for a server to come up; recovery after a hard end takes a while
TICK = 0.05
RUN = "helpdesk-run-"
LOG_LIMIT = 5_000_000  # bytes; a longer log begins anew


class Keeper:
    """Keeps the server of one ``folder`` (locks, state, log, and the data in ``data``)."""

    def __init__(self, kind: str, folder: Path, lasting: bool) -> None:
        self.kind, self.folder, self.lasting = kind, folder, lasting
        self.stopping = self.again = False
        self.process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Run until nobody uses the server any more."""
        signal.signal(signal.SIGTERM, self._stop)
        self.alone = self._wait_for("keeper.lock")
        self.held = self._wait_for("server.lock")  # by the server and all its children
        run = self._run_folder()
        try:
            server = KINDS[self.kind](self.folder / "data", run, self.lasting)
            server.prepare()
            server.inherited.append(self.held)
            self._start(server)
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            self._watch(server)
        finally:
            self._end(server.stop_signal if self.process else signal.SIGTERM)
            shutil.rmtree(run, ignore_errors=True)
            (self.folder / "state.json").unlink(missing_ok=True)
            if not self.lasting:
                shutil.rmtree(self.folder, ignore_errors=True)
                with contextlib.suppress(OSError):
                    self.folder.parent.rmdir()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _wait_for(self, name: str) -> int:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return lock(self.folder / name, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Trouble(
                        f"An earlier server in {self.folder} doesn't end. Stop it by hand."
                    ) from None
                time.sleep(TICK)

    def _run_folder(self) -> Path:
        """A short folder (a socket's path has 107 bytes at most): what a killed keeper left, or a new one."""
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.unlink()
        left_over = Path(str(state(self.folder).get("run", "")))
        if left_over.name.startswith(RUN) and left_over.is_dir() and left_over.stat().st_uid in self._ours():
            for thing in left_over.iterdir():
                shutil.rmtree(thing) if thing.is_dir() else thing.unlink()
            return left_over
        base = tempfile.gettempdir()
        run = Path(tempfile.mkdtemp(prefix=RUN, dir=base if len(base) < 70 else "/tmp"))  # noqa: S108
        self._write(run, ready=False)
        return run

    def _ours(self) -> set[int]:
        data = self.folder / "data"
        return {os.getuid(), data.stat().st_uid} if data.exists() else {os.getuid()}

    def _start(self, server: Server) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._launched(server):
            if not self.again or time.monotonic() > deadline:
                raise Trouble(
                    f"The {self.kind} server doesn't come up. {self.folder / 'log'} ends:\n{self._tail()}"
                )
            time.sleep(TICK)  # what is left of the server that died may hold its memory for a moment
        self._write(server.run, ready=True)

    def _launched(self, server: Server) -> bool:
        with open(self.folder / "log", "ab") as log:
            self.process = server.launch(server.command(), stdout=log, stderr=log)
        while self.process.poll() is None:
            if server.is_ready():
                return True
            time.sleep(TICK / 2)
        return False

    def _watch(self, server: Server) -> None:
        users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self.again = True
        while not self.stopping and not _acquired(users):
            if self.process and self.process.poll() is not None:
                self._write(server.run, ready=False)
                self._start(server)
            time.sleep(TICK)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(PATIENCE / 2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _write(self, run: Path, *, ready: bool) -> None:
        fresh = self.folder / "state.new"
        server = self.process.pid if self.process else None
        found = {"keeper": os.getpid(), "run": str(run), "ready": ready, "server": server}
        fresh.write_text(json.dumps(found))
        fresh.replace(self.folder / "state.json")

    def _tail(self) -> str:
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-8:])


def lock(path: Path, how: int) -> int:
    """An open file with this lock on it; close it (or end) to let go."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def state(folder: Path) -> dict[str, object]:
    """What the keeper of this folder last wrote down; empty if there is none."""
    try:
        found: dict[str, object] = json.loads((folder / "state.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _acquired(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main() -> None:
    """``keeper KIND FOLDER lasting|passing``; says "ready", or the sentence that explains why not."""
    kind, folder, duration = sys.argv[1:]
    try:
        Keeper(kind, Path(folder), duration == "lasting").keep()
    except Trouble as trouble:
        sys.stdout.write(str(trouble))
        sys.exit(1)
