"""All places that an installation writes to, as bytes with a name."""

import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connections

from helpdesk.backups import programs
from helpdesk.embedded import binaries

ALIASES = ("default", "vault")
CHUNK = 8 * 1024 * 1024
OVERLAP = 4096  # so that a word across two pieces is found


@dataclass(frozen=True)
class Scene:
    """Where to look: from a moment on what concerns the write-ahead log; folders of files, exports, temporary files."""

    since_wal: str
    folders: tuple[Path, ...]
    log: str = ""


def wal_position() -> str:
    """The file of the write-ahead log that is written to now."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        return str(cursor.fetchone()[0])


def everything(scene: Scene) -> Iterator[tuple[str, bytes]]:
    """Every place, in pieces."""
    for alias in ALIASES:
        yield from _dump(alias)
        yield from _statistics(alias)
    yield from raw_files(scene.since_wal)
    yield from _valkey()
    for folder in scene.folders:
        yield from _folder(folder)
    yield "log", scene.log.encode()


def _dump(alias: str) -> Iterator[tuple[str, bytes]]:
    """As text, and in the custom format, whose packed pieces the scanner opens."""
    program = binaries.postgres().folder / "pg_dump"
    for form in ("plain", "custom"):
        done = subprocess.run(
            [program, f"--format={form}"], env=programs.environment(alias), capture_output=True, check=True
        )
        yield f"dump of {alias} ({form})", done.stdout


def _statistics(alias: str) -> Iterator[tuple[str, bytes]]:
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")
        for view in ("pg_stats", "pg_stat_activity"):
            copied = io.BytesIO()
            cursor.cursor.copy_expert(f"COPY (SELECT * FROM {view}) TO STDOUT", copied)
            yield f"{view} of {alias}", copied.getvalue()


def raw_files(since_wal: str) -> Iterator[tuple[str, bytes]]:
    """The server's own files, read through it: tables, indexes, what is left of dead rows, the log since then."""
    with connections["default"].cursor() as cursor:
        cursor.execute("CHECKPOINT")
        for path in [*_tables(cursor), *_wal(cursor, since_wal)]:
            yield from _read(cursor, path)


def _tables(cursor: Any) -> list[str]:
    found = []
    for alias in ALIASES:
        cursor.execute(
            "SELECT oid FROM pg_database WHERE datname = %s", [connections[alias].settings_dict["NAME"]]
        )
        folder = f"base/{cursor.fetchone()[0]}"
        cursor.execute("SELECT pg_ls_dir(%s)", [folder])
        found += [f"{folder}/{name}" for (name,) in cursor.fetchall()]
    return found


def _wal(cursor: Any, since: str) -> list[str]:
    cursor.execute(
        "SELECT name FROM pg_ls_waldir() WHERE name >= %s AND name <= pg_walfile_name(pg_current_wal_lsn())",
        [since],
    )
    return [f"pg_wal/{name}" for (name,) in cursor.fetchall()]


def _read(cursor: Any, path: str) -> Iterator[tuple[str, bytes]]:
    at = 0
    while True:
        copied = io.BytesIO()
        cursor.cursor.copy_expert(
            f"COPY (SELECT pg_read_binary_file('{path}', {at}, {CHUNK + OVERLAP}, true)) TO STDOUT (FORMAT binary)",
            copied,
        )
        piece = copied.getvalue()
        yield path, piece
        if len(piece) < CHUNK:
            return
        at += CHUNK


def _valkey() -> Iterator[tuple[str, bytes]]:
    """Every key of the server: cache, limits, lock-outs, the broker's messages."""
    for url in {settings.REDIS_URL, settings.CACHES["default"]["LOCATION"]}:
        with redis.Redis.from_url(url) as server:
            for key in server.scan_iter():
                yield "valkey", key + b"\n" + _flat(_value(server, key))


def _value(server: Any, key: bytes) -> Any:
    """What lies under a key, whatever its type; nothing if it has just expired."""
    match server.type(key):
        case b"string":
            return server.get(key)
        case b"list":
            return server.lrange(key, 0, -1)
        case b"set":
            return server.smembers(key)
        case b"hash":
            return server.hgetall(key)
        case b"zset":
            return server.zrange(key, 0, -1)
        case b"stream":
            return server.xrange(key)
    return b""


def _flat(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        return b"\n".join(_flat(each) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple | set):
        return b"\n".join(map(_flat, value))
    return str(value).encode()


def _folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield f"file {path.relative_to(folder)}", os.fsencode(path.name) + b"\n" + path.read_bytes()
