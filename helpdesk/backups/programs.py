"""PostgreSQL's own tools. Where to connect stands in their environment: no password is seen on a command line."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
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
PIECE = 256 * 1024
AS_SQL = ("--no-owner", "--file=-")
IN_ONE = (
    "--no-psqlrc",
    "--quiet",
    "--set=ON_ERROR_STOP=1",
    "--single-transaction",
    "--command=SET client_min_messages = warning",
    "--command=DROP SCHEMA public CASCADE",
    "--command=CREATE SCHEMA public",
    "--file=-",
)
PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH", "TZ")


@contextmanager
def dumped(alias: str) -> Iterator[IO[bytes]]:
    """One consistent dump of a database, as a stream. Raises Refused if pg_dump fails, at the end at the latest."""
    with _running("pg_dump", alias, "--format=custom", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout


def restore(alias: str, dump: Iterable[bytes]) -> None:
    """Put a dump in the place of what the database holds: in one transaction, so all of it or nothing. Raises Refused.

    Until it commits, the database holds what it held: its disk needs room for both.
    """
    connections[alias].close()
    with _running("psql", alias, *IN_ONE, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as psql:
        assert psql.stdin is not None
        for piece in _as_sql(alias, dump):
            psql.stdin.write(piece)


def _as_sql(alias: str, dump: Iterable[bytes]) -> Iterator[bytes]:
    """The statements of a dump. Raises Refused at its end if it wasn't whole, which has to come before a commit."""
    with (
        ThreadPoolExecutor(1) as hands,
        _running("pg_restore", alias, *AS_SQL, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program,
    ):
        assert program.stdout is not None
        fed = hands.submit(_feed, program.stdin, dump)
        yield from iter(partial(program.stdout.read, PIECE), b"")
        fed.result()


def _feed(pipe: Any, pieces: Iterable[bytes]) -> None:
    """Write all of it; a program that is gone says itself what was wrong."""
    with suppress(BrokenPipeError), pipe:
        for piece in pieces:
            pipe.write(piece)


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
        is_cut = False
        try:
            yield process
        except BrokenPipeError:
            is_cut = True  # it ended before its time, and says why
        except BaseException:
            process.kill()  # psql would commit what it has read so far
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            process.wait()
        if process.returncode != 0 or is_cut:
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
