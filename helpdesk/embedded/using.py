"""A process's use of a server: joins the keeper that is there, or starts one, and lets go at the end."""

import atexit
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .keeper import PATIENCE, TICK, lock, state
from .trouble import Trouble

SOCKETS = {"postgres": ".s.PGSQL.5432", "valkey": "valkey.sock"}
PASSING = "helpdesk-test-"
BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from embedded.keeper import main; main()"


class Use:
    """The use of the server in ``folder``, whose name is its kind. Ends with the process at the latest."""

    def __init__(self, folder: Path, *, lasting: bool) -> None:
        self.folder, self.lasting = folder, lasting
        self.keeper: subprocess.Popen[str] | None = None
        self.process, self.users = os.getpid(), -1

    def begin(self) -> None:
        """Join, and start a keeper if there is none. Others wait here until ``await_ready`` is through."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.starting = lock(self.folder / "start.lock", fcntl.LOCK_EX)
            self.users = lock(self.folder / "users.lock", fcntl.LOCK_SH)  # waits for a keeper that is going
        except PermissionError:
            raise Trouble(
                f"{self.folder} belongs to another user. Set DATA_DIR to a folder of your own."
            ) from None
        atexit.register(self.end)
        if not self._is_kept():
            self._start_keeper()

    def await_ready(self) -> Path:
        """The folder of the server's socket, once it answers."""
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                if self.keeper is None and not self._is_kept():  # it ended only just
                    self._start_keeper()
                if self.keeper:
                    self._hear(self.keeper)
                found = state(self.folder)
                run = Path(str(found.get("run")))
                if found.get("ready") and _answers(run / SOCKETS[self.folder.name]):
                    return run
                time.sleep(TICK)
        finally:
            os.close(self.starting)
        raise Trouble(f"The {self.folder.name} server doesn't answer; see {self.folder / 'log'}.")

    def end(self) -> None:
        """Let go; wait for the end of a server that nobody else uses."""
        if self.users < 0 or os.getpid() != self.process:
            return
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop_keeper()
        except BlockingIOError:
            pass  # somebody else goes on
        os.close(self.users)
        self.users = -1

    def renew(self) -> bool:
        """Start the server again if its keeper was killed; says whether that was so."""
        if self.users < 0 or self._is_kept():
            return False
        os.close(self.users)
        self.keeper = None
        self.begin()
        self.await_ready()
        return True

    def _start_keeper(self) -> None:
        duration = "lasting" if self.lasting else "passing"
        with open(self.folder / "log", "a") as log:
            self.keeper = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-c",
                    BOOT,
                    Path(__file__).parents[1],
                    self.folder.name,
                    self.folder,
                    duration,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def _hear(self, keeper: "subprocess.Popen[str]") -> None:
        """Wait for the keeper's word, unless it gave it already."""
        if keeper.stdout and not keeper.stdout.closed:
            with keeper.stdout as said:
                word = (
                    said.readline()
                    or f"The {self.folder.name} server doesn't start; see {self.folder / 'log'}."
                )
                if word != "ready\n":
                    raise Trouble(word + said.read())

    def _stop_keeper(self) -> None:
        keeper = state(self.folder).get("keeper")
        deadline = time.monotonic() + PATIENCE
        if isinstance(keeper, int) and self._is_kept():
            os.kill(keeper, signal.SIGTERM)
        while self._is_kept() and time.monotonic() < deadline:
            time.sleep(TICK)

    def _is_kept(self) -> bool:
        try:
            os.close(lock(self.folder / "keeper.lock", fcntl.LOCK_EX | fcntl.LOCK_NB))
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False


def passing_folder() -> Path:
    """A fresh folder for servers that are thrown away; what killed ones left is swept first."""
    for left_over in Path(tempfile.gettempdir()).glob(f"{PASSING}*"):
        if _is_abandoned(left_over):
            shutil.rmtree(left_over, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=PASSING))


def _is_abandoned(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < PATIENCE:
            return False
        for server in folder.iterdir():
            os.close(lock(server / "keeper.lock", fcntl.LOCK_EX | fcntl.LOCK_NB))
            shutil.rmtree(str(state(server).get("run", server)), ignore_errors=True)
    except OSError:  # in use, or somebody else's
        return False
    return True


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(path))
    except OSError:
        return False
    return True
