"""Persons as the kernel knows them: by a uuid in a column, of whatever app."""

from uuid import UUID

from privacy import registry
from privacy.models import Record


def hand_over(source_id: UUID, *, into_id: UUID) -> None:
    """What is known of a person by uuid alone becomes another one's: two turned out to be one.

    Links that were sent stay good; of what both said to a consent, the newest counts.
    """
    for model in registry.first_party_models():
        for column in registry.subject_columns(model):
            rows = model._base_manager.filter(**{column: source_id})
            if not issubclass(model, Record):
                rows.update(**{column: into_id})
                continue
            for record in rows.iterator():
                setattr(record, column, into_id)
                record.save(update_fields=[column])
