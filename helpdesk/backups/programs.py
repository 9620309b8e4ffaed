"""PostgreSQL's own tools. Where to connect stands in their environment: no password is seen on a command line."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connections

from helpdesk.backups.trouble import Refused
from helpdesk.embedded import binaries
from helpdesk.embedded.trouble import Trouble

VARIABLES = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
}
OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH", "TZ")


@contextmanager
def dumped(alias: str) -> Iterator[IO[bytes]]:
    """One consistent dump of a database, as a stream. Raises Refused if pg_dump fails, at the end at the latest."""
    with _running("pg_dump", alias, "--format=custom", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout


def restore(alias: str, dump: Iterable[bytes]) -> None:
    """Put a dump in the place of what the database holds. Raises Refused; then nothing was changed but emptied."""
    with connections[alias].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connections[alias].close()
    wanted = ("--dbname", connections[alias].settings_dict["NAME"], "--no-owner", "--single-transaction")
    with _running("pg_restore", alias, *wanted, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        try:
            for piece in dump:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says itself what was wrong


def others_connected(alias: str) -> int:
    """How many other sessions use a database."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def _running(name: str, alias: str, *arguments: str, **pipes: Any) -> Iterator["subprocess.Popen[bytes]"]:
    try:
        program = binaries.postgres(name).folder / name
    except Trouble:
        raise Refused(f"{name} isn't installed here: PostgreSQL's client programs are needed.") from None
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([program, *arguments], env=environment(alias), stderr=said, **pipes)  # noqa: S603
        try:
            yield process
        finally:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            if process.wait() != 0:
                said.seek(0)
                raise Refused(f"{name}: {_first_line(said.read())}")


def _first_line(said: bytes) -> str:
    """What the tool says, without what may follow of a row's values."""
    return said.decode(errors="replace").strip().partition("\n")[0] or "failed without a word"


def environment(alias: str) -> dict[str, str]:
    settings = connections[alias].settings_dict
    found = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    found |= {variable: str(settings[name]) for name, variable in VARIABLES.items() if settings.get(name)}
    options = settings.get("OPTIONS") or {}
    return found | {variable: str(options[name]) for name, variable in OPTIONS.items() if name in options}
