"""``manage.py up``: everything comes up, and nothing is left, whichever way it ends."""

import base64
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from helpdesk import running
from tests.processes import PATIENCE, Process, own_environment

UP = [sys.executable, "manage.py", "up", "--tickets", "3"]
PORTS = ("PORT", "DEMO_SMTP_PORT", "DEMO_IMAP_PORT", "DEMO_WEB_PORT")


def free_ports() -> dict[str, str]:
    sockets = [socket.socket() for _ in PORTS]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = {name: str(one.getsockname()[1]) for name, one in zip(PORTS, sockets, strict=True)}
    for one in sockets:
        one.close()
    return found


@pytest.fixture
def up(transactional_db: None, tmp_path: Path) -> Iterator[Process]:
    environment = (
        own_environment() | free_ports() | {"DATA_DIR": str(tmp_path / "data"), "HELPDESK_TEST": "0"}
    )
    for name in ("SITE_URL", "MAKELEVEL", "BIND"):
        environment.pop(name, None)
    process = Process(UP, environment, tmp_path / "up.log")
    yield process
    process.kill()


def came_up(up: Process) -> list[psutil.Process]:
    """All its processes, once it said that it is up."""
    since = up.log.stat().st_size if up.log.exists() else 0
    up.start()
    up.await_line("Ctrl-C ends it.", since=since, patience=3 * PATIENCE)
    assert up.running
    parent = psutil.Process(up.running.pid)
    return [parent, *parent.children(recursive=True)]


def refused(environment: dict[str, str]) -> str:
    answer = subprocess.run(
        UP, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    return answer.stderr


def status(port: str, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return int(answer.status)


def test_it_comes_up_survives_and_leaves_nothing(up: Process) -> None:
    family = came_up(up)
    port = up.environment["PORT"]
    said = up.log.read_text()
    assert f"http://localhost:{port}/desk/" in said
    assert f"http://localhost:{up.environment['DEMO_WEB_PORT']}/" in said
    assert [status(port, path) for path in ("/", "/desk/", "/admin/", "/static/css/base.css")] == [200] * 4
    assert f"is up already: http://localhost:{port}" in refused(up.environment)

    os.kill(family[0].pid, signal.SIGKILL)
    assert psutil.wait_procs(family, timeout=10)[1] == []

    family = came_up(up)
    worker = next(child for child in family if "worker" in child.cmdline())
    worker.kill()
    up.await_line("The worker was killed by SIGKILL. It starts again")
    family[0].send_signal(signal.SIGINT)
    assert psutil.wait_procs(family, timeout=20)[1] == []
    assert up.running
    assert up.running.wait(5) == 0
    assert up.log.read_text().endswith("Stopped. Everything is kept; `make run` goes on with it.\n")


@pytest.mark.parametrize("name", PORTS)
def test_a_taken_port_is_named_before_anything_starts(name: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = dict(os.environ) | free_ports() | {"DATA_DIR": str(tmp_path), name: str(port)}
        assert f"Port {port} for " in (said := refused(environment))
        assert f"{name}={port + 1} make run" in said
    assert os.listdir(tmp_path) == ["up.lock"]


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(running.Refused, match=f"PORT is “{value}”"):
        running.port("PORT")


def test_it_is_not_for_production(up: Process) -> None:
    production = {"DEBUG": "0", "PRIVACY_KEKS": "2026a:" + base64.b64encode(os.urandom(32)).decode()}
    assert refused(up.environment | production).endswith(
        "docs/operations.md says how to run in production.\n"
    )
