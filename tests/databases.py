"""Test databases are copied from migrated ones: migrating takes half a minute, copying a moment.

The migrated ones are kept as dumps under DATA_DIR, named by what they were made from.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from helpdesk.embedded import Trouble, binaries

ALIASES = ("default", "vault")
MADE_FROM = (
    "requirements-dev.txt",
    "*/migrations/*.py",
    "*/vault/migrations/*.py",
    "*/models/*.py",
    "privacy/**/*.py",
)
KEPT = 3


def use_templates() -> None:
    """Let Django copy each test database from a migrated one."""
    tools = _tools()
    if tools is None:
        return
    mark = _mark()
    folder = Path(settings.DATA_DIR, "test-databases")
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "lock"):
        names = {alias: f"migrated_{alias}_{mark}" for alias in ALIASES}
        if not all(_exists(name) for name in names.values()):
            dumps = {alias: folder / f"{name}.sql" for alias, name in names.items()}
            _make(names, dumps, tools)
            _tidy(folder)
    for alias, name in names.items():
        connections[alias].settings_dict["TEST"] |= {"TEMPLATE": name, "MIGRATE": False}


def _make(names: dict[str, str], dumps: dict[str, Path], tools: Path) -> None:
    for name in names.values():
        _administer(f'CREATE DATABASE "{name}"')
    if all(dump.exists() for dump in dumps.values()):
        for alias, dump in dumps.items():
            _run(tools / "psql", names[alias], "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump))
        return
    with _pointing_to(names):
        for alias in ALIASES:
            call_command("migrate", database=alias, verbosity=0)
    for alias, dump in dumps.items():
        fresh = dump.with_suffix(f".{os.getpid()}")
        _run(tools / "pg_dump", names[alias], "-O", "-f", str(fresh))
        fresh.replace(dump)


@contextmanager
def _pointing_to(names: dict[str, str]) -> Iterator[None]:
    """Inside, the connections lead to these databases."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in names}
    _point(names)
    try:
        yield
    finally:
        _point(before)


def _point(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _administer(statement: str, *values: Any) -> list[Any]:
    """A statement outside of the databases that are made."""
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def _exists(name: str) -> bool:
    return bool(_administer("SELECT 1 FROM pg_database WHERE datname = %s", name))


def _run(tool: Path, database: str, *arguments: str) -> None:
    given = connections["default"].settings_dict
    where = [
        "-h",
        given["HOST"] or "localhost",
        "-p",
        str(given["PORT"] or 5432),
        "-U",
        given["USER"],
        "-d",
        database,
    ]
    environment = os.environ | {"PGPASSWORD": given["PASSWORD"]}
    subprocess.run([tool, *where, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)


def _tools() -> Path | None:
    """Where psql and pg_dump are; None where the machine has a server, but not its tools."""
    try:
        folder = binaries.postgres().folder
    except Trouble:
        return None
    return folder if (folder / "pg_dump").exists() else None


def _mark() -> str:
    """What the databases are made from, in short."""
    digest = hashlib.sha256(str(_administer("SHOW server_version")).encode())
    for pattern in MADE_FROM:
        for path in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _tidy(folder: Path) -> None:
    dumps = sorted(folder.glob("*.sql"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in dumps[KEPT * len(ALIASES) :]:
        old.unlink()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Inside, no other process is here."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
