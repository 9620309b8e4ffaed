"""Persons as the kernel knows them: by a uuid in a column, of whatever app."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from privacy import registry
from privacy.models import Record, SealedRow


def hand_over(source_id: UUID, *, into_id: UUID, by: Any) -> None:
    """What is known of a person by uuid alone becomes another one's: two turned out to be one.

    Links that were sent stay good; of what both said to a consent, the newest counts.
    """
    for model in registry.first_party_models():
        for column in registry.subject_columns(model):
            rows: Any = model._base_manager.filter(**{column: source_id})
            if not issubclass(model, Record):
                rows.update(**{column: into_id})
                continue
            for record in rows.iterator():
                repoint(record, column, into_id, by=by)


def repoint(row: SealedRow, name: str, value: Any, *, by: Any) -> None:
    """Let a row belong to the person who is kept; one that says what is there already goes to the bin."""
    setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(update_fields=[name])
    except IntegrityError:
        if not isinstance(row, Record):
            raise
        row.refresh_from_db()
        row.bin(by=by)
