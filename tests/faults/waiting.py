"""Whether somebody waits for a lock: the moment at which a worker is killed."""

from django.db import connection


def is_waiting() -> bool:
    """In this database: other tests have theirs on the same server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw before
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
