"""After a backup was restored: what was erased since it was made is erased again, before anything is served."""

from collections.abc import Iterator
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from privacy.erasure import ledger
from privacy.erasure.carrying_out import sweep
from privacy.models import ErasureMark


def missing() -> list[UUID]:
    """Finished entries of the ledger that were not carried out in this database."""
    known = set(ErasureMark.objects.values_list("erasure_id", flat=True))
    finished = ledger.entries().filter(finished_at__isnull=False).order_by("started_at")
    return [
        entry_id for entry_id in finished.values_list("pk", flat=True).iterator() if entry_id not in known
    ]


def replay() -> Iterator[UUID]:
    """Erase again what this database doesn't know as erased; yields each person's id."""
    for entry_id in missing():
        entry = ledger.entries().get(pk=entry_id)
        sweep(entry.subject_id, entry)
        yield entry.subject_id


def check() -> None:
    """Raises ImproperlyConfigured if the data is older than the ledger: a restored backup."""
    if ErasureMark._meta.db_table not in connection.introspection.table_names():
        return
    if waiting := len(missing()):
        raise ImproperlyConfigured(
            f"Start refused: {waiting} erasures of the ledger were not carried out in this database. "
            "It was probably restored from a backup: run `manage.py replay_erasures` first."
        )
