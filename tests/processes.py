"""Real processes for tests: a Celery worker on the test's databases, and ``manage.py`` as a user runs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections

from helpdesk.celery import app
from helpdesk.embedded.keeper import state
from helpdesk.embedded.using import Use

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
MANAGE = [sys.executable, "manage.py"]
WORKER = [
    *(sys.executable, "-m", "celery", "-A", "helpdesk", "worker"),
    *("--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=INFO"),
]


class Process:
    """A program in its own process group, writing to a log file."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.command, self.environment, self.log = command, environment, log
        self.running: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> None:
        """Start it (again), with these variables on top. One that runs would be lost, and go on by itself."""
        assert self.running is None or self.running.poll() is not None, "it runs already"
        # Tests that run in the background are deaf to Ctrl-C, and would hand that down.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def await_line(self, text: str, *, since: int = 0, patience: float = PATIENCE) -> None:
        """Wait until the log says ``text`` after byte ``since``."""
        deadline = time.monotonic() + patience
        while text.encode() not in self.log.read_bytes()[since:]:
            ended = self.running is None or self.running.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"no “{text}” in:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As hard as it gets: SIGKILL to the whole group."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As politely as Docker or systemd."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.running and self.running.poll() is None:
            if how == signal.SIGKILL:
                os.killpg(self.running.pid, how)
            else:
                self.running.send_signal(how)
            self.running.wait(PATIENCE)


class Worker(Process):
    """``celery -A helpdesk worker``; ``start`` returns when it takes tasks."""

    def start(self, **environment: str) -> None:
        since = self.log.stat().st_size if self.log.exists() else 0
        super().start(**environment)
        self.await_line(" ready.", since=since)


def own_environment() -> dict[str, str]:
    """The environment that points another process at this test's databases, files and queue."""
    found = dict(os.environ)
    for name, alias in (("DATABASE_URL", "default"), ("VAULT_DATABASE_URL", "vault")):
        database = connections[alias].settings_dict["NAME"]
        found[name] = urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()
    return found | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A real worker, already taking tasks: ``kill()``, ``stop()``, ``start(VARIABLE=…)``, ``log``."""
    app.control.purge()
    process = Worker(WORKER, own_environment(), tmp_path / "worker.log")
    process.start()
    yield process
    process.kill()


@pytest.fixture
def manage(transactional_db: None) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """``manage("check", "--deploy", NAME="value")`` in a process of its own, on the test's databases."""

    def run(*arguments: str, **environment: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*MANAGE, *arguments],
            cwd=ROOT,
            env=own_environment() | environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


class Installation:
    """A helpdesk with servers of its own, which may be killed without disturbing other tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers = {kind: Use(folder / kind, lasting=True) for kind in ("postgres", "valkey")}
        for server in self.servers.values():
            server.begin()
        run = {kind: server.await_ready() for kind, server in self.servers.items()}
        self.environment = dict(os.environ) | {
            "DATABASE_URL": f"postgresql://helpdesk@/helpdesk?host={run['postgres']}",
            "VAULT_DATABASE_URL": f"postgresql://helpdesk@/helpdesk_vault?host={run['postgres']}",
            "REDIS_URL": f"unix://{run['valkey']}/valkey.sock?db=0",
            "DATA_DIR": str(folder),
            "MEDIA_ROOT": str(folder / "media"),
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "PYTHONUNBUFFERED": "1",
        }
        for alias in ("default", "vault"):
            self.manage("migrate", "--database", alias, "-v0")

    def manage(self, *arguments: str, **environment: str) -> str:
        """What ``manage.py`` says; fails with its error."""
        answer = subprocess.run(
            [*MANAGE, *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=5 * PATIENCE,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def python(self, code: str) -> str:
        """What this code prints, with everything set up."""
        return self.manage("shell", "--no-imports", "-c", code)

    def worker(self) -> Worker:
        """A worker; start it."""
        return Worker(WORKER, self.environment, self.folder / "worker.log")

    def restart(self, kind: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a server (SIGKILL: hard, SIGINT or SIGTERM: in order) and wait until it is back."""
        first = state(self.folder / kind)["server"]
        assert isinstance(first, int)
        os.kill(first, how)
        deadline = time.monotonic() + PATIENCE
        while (now := state(self.folder / kind)).get("server") == first or not now.get("ready"):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def end(self) -> None:
        """Stop its servers."""
        for server in self.servers.values():
            server.end()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A helpdesk whose servers can be restarted: ``manage``, ``python``, ``worker``, ``restart``."""
    made = Installation(tmp_path)
    yield made
    made.end()
