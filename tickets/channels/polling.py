"""Fetching what waits at an account elsewhere: by one worker at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db import connection as database


@contextmanager
def alone(account_id: UUID) -> Iterator[bool]:
    """A lock of PostgreSQL's for this account; it ends with the connection, also when the worker is killed."""
    key = int.from_bytes(account_id.bytes[-8:], "big", signed=True)
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                with suppress(OperationalError, InterfaceError):  # a lost connection holds no lock
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
