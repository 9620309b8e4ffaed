"""Runs something in several threads at the same moment, each with database connections of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def together(*acts: Callable[[], Any]) -> Sequence[Any]:
    """What each of them returned, or the exception it raised. Needs ``django_db(transaction=True)``."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            for alias in ("default", "vault"):
                connections[alias].ensure_connection()
            start.wait(timeout=10)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
