"""Reading ahead: while we work on one portion, the database is at the next."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

Found = list[tuple[Any, ...]]
Read = Callable[[str, Sequence[Any]], Future[Found]]


@contextmanager
def reading_ahead() -> Iterator[Read]:
    """Statements run beside this thread, over its connection: in its transaction, one after another.

    The driver lets one statement through at a time: any other waits until that one is done.
    """
    ours = connections[DEFAULT_DB_ALIAS]  # looked up in the other thread, it would be another connection
    ours.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1) as pool:
            yield partial(pool.submit, partial(_read, ours))
    finally:
        ours.dec_thread_sharing()


def _read(connection: Any, statement: str, values: Sequence[Any]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
