"""The two servers: how each is prepared, started, asked whether it is ready, and stopped."""

import os
import pwd
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import binaries
from .lifeline import bound
from .trouble import Trouble

DATABASES = {"helpdesk", "helpdesk_vault"}


@dataclass
class Server(ABC):
    """One server process with its data in ``home`` and its socket in the short folder ``run``."""

    home: Path
    run: Path
    lasting: bool
    owner: pwd.struct_passwd | None = field(init=False)
    programs: Path = field(init=False)
    inherited: list[int] = field(init=False, default_factory=list)
    stop_signal = signal.SIGTERM

    def __post_init__(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.owner = _owner(self.home)
        if self.owner:
            for folder in (self.home, self.run):
                os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        self.data = str(self.home)
        if self.owner and sys.platform == "linux":  # the owner may have no way in through root's closed home
            self.inherited.append(os.open(self.home, os.O_RDONLY))
            self.data = f"/proc/self/fd/{self.inherited[0]}"

    @abstractmethod
    def prepare(self) -> None:
        """Everything that comes before the start."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def is_ready(self) -> bool: ...

    def launch(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program without root's rights, that ends with this process."""
        as_owner: dict[str, Any] = (
            {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        )
        kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
        return subprocess.Popen(
            command,
            cwd=self.run,
            env=kept | {"HOME": str(self.run), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self.inherited,
            preexec_fn=bound(self.stop_signal),
            **as_owner,
            **options,
        )


class Postgres(Server):
    stop_signal = signal.SIGINT  # "fast": ends connections, writes everything, stops

    def prepare(self) -> None:
        found = binaries.postgres()
        self.programs = found.reachable(self.run) if self.owner else found.folder
        if not self.owner and not _known(os.getuid()):
            raise Trouble(
                f"PostgreSQL can't run as user id {os.getuid()}, which has no entry in /etc/passwd. "
                "Run as a named user, or set DATABASE_URL and VAULT_DATABASE_URL."
            )
        made_by = self.home / "PG_VERSION"
        if not made_by.exists():
            self._initialise()
        elif made_by.read_text().strip() != self._major():
            raise Trouble(
                f"{self.home} is of PostgreSQL {made_by.read_text().strip()}, but here is {self._major()}. "
                "Move that folder away to begin anew, or set DATABASE_URL and VAULT_DATABASE_URL."
            )
        (self.home / "postmaster.pid").unlink(missing_ok=True)  # the keeper knows that nobody runs

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
            "wal_level": "logical",
            "max_connections": "150",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        if not self.lasting:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", self.data, *options]

    def is_ready(self) -> bool:
        import psycopg2

        try:
            connection = psycopg2.connect(host=str(self.run), user="helpdesk", dbname="postgres")
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            there = {name for (name,) in cursor.fetchall()}
            for name in DATABASES - there:
                cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        return True

    def _initialise(self) -> None:
        for left_over in self.home.iterdir():
            raise Trouble(f"{self.home} is no database but not empty ({left_over.name}). Move it away.")
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command = [
            *(
                str(self.programs / "initdb"),
                "-D",
                self.data,
                "-U",
                "helpdesk",
                "--auth=trust",
                "-E",
                "UTF8",
            ),
            *(builtin if int(self._major()) >= 17 else ["--locale=C.UTF-8"]),
            *("--no-instructions", *(() if self.lasting else ("--no-sync",))),
        ]
        started = self.launch(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = started.communicate()[0].decode(errors="replace").strip()
        if started.returncode:
            raise Trouble(f"PostgreSQL's initdb failed in {self.home}: {said or started.returncode}")

    def _major(self) -> str:
        said = subprocess.run(
            [self.programs / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        return said.stdout.split()[2].split(".")[0]


class Valkey(Server):
    def prepare(self) -> None:
        found, self.name = binaries.valkey()
        self.programs = found.reachable(self.run) if self.owner else found.folder

    def command(self) -> list[str]:
        settings = {
            "port": "0",
            "dir": self.data,
            "unixsocket": str(self.run / "valkey.sock"),
            "unixsocketperm": "700",
            "databases": "64",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec" if self.lasting else "no",
        }
        return [
            str(self.programs / self.name),
            *(part for key in settings for part in (f"--{key}", settings[key])),
        ]

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(5)
                asking.connect(str(self.run / "valkey.sock"))
                asking.sendall(b"PING\r\n")
                return asking.recv(64).startswith(b"+PONG")
        except OSError:
            return False


KINDS: dict[str, type[Server]] = {"postgres": Postgres, "valkey": Valkey}


def _owner(home: Path) -> pwd.struct_passwd | None:
    """Whose account runs the server: instead of root whoever owns the data, ``postgres`` or ``nobody``."""
    if os.getuid() != 0:
        return None
    if home.stat().st_uid and _known(home.stat().st_uid):
        return pwd.getpwuid(home.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble(
        "PostgreSQL doesn't run as root, and there is neither an account postgres nor nobody to give it."
    )


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
