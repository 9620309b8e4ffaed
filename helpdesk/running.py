"""What ``manage.py up`` makes sure of before any server starts: it is alone, and its ports are free."""

import fcntl
import os
import socket
import time
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
PORTS = {
    "PORT": (8000, "the web server"),
    "DEMO_SMTP_PORT": (2525, "the demo mail server (SMTP)"),
    "DEMO_IMAP_PORT": (1143, "the demo mail server (IMAP)"),
    "DEMO_WEB_PORT": (8025, "the demo mailbox"),
}
PATIENCE = 2.0  # seconds for what a killed run left to go
_claims: list[int] = []


class Refused(Exception):
    """Why ``up`` can't start, in a sentence."""


def claim() -> None:
    """Be the only run of this checkout, with its ports, while the process lives; raises Refused."""
    if _claims:
        return
    environ.Env.read_env(BASE_DIR / ".env")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port('PORT')}")
    data = Path(os.environ.get("DATA_DIR", BASE_DIR / ".data"))
    _claims.append(_lock(data))
    deadline = time.monotonic() + PATIENCE
    for name, (_, what_for) in PORTS.items():
        while not _is_free(port(name)):
            if time.monotonic() > deadline:
                raise Refused(
                    f"Port {port(name)} for {what_for} is taken. "
                    f"Choose another one: {name}={port(name) + 1} make run"
                )
            time.sleep(0.1)


def port(name: str) -> int:
    """The port set by this variable, or its default; raises Refused if it is none."""
    value = os.environ.get(name) or PORTS[name][0]
    try:
        number = int(value)
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise Refused(f"{name} is “{value}”. A port is a number from 1 to 65535.")
    return number


def _lock(data: Path) -> int:
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise Refused(f"{data} belongs to another user. Set DATA_DIR to a folder of your own.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.read(descriptor, 200).decode() or "somewhere else"
        raise Refused(f"The helpdesk of this checkout is up already: {other}") from None
    os.truncate(descriptor, 0)
    os.write(descriptor, f"{os.environ['SITE_URL']} (process {os.getpid()})".encode())
    return descriptor


def _is_free(number: int) -> bool:
    with socket.socket() as trying, socket.socket() as asking:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", number))
        except PermissionError:
            raise Refused(f"Port {number} needs root's rights. Choose one from 1024 on.") from None
        except OSError:
            return False
        return asking.connect_ex(("127.0.0.1", number)) != 0
