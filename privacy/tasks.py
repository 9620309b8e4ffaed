"""Background jobs of the kernel, and the rule for all: arguments are ids, nothing else."""

from typing import Any
from uuid import UUID

from celery import Task, shared_task

from privacy import purging, retention
from privacy.custom import conversion


class IdTask(Task):
    """A task whose arguments are ids or numbers: brokers keep messages in clear."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Celery's; raises TypeError for an argument that could hold personal data."""
        for value in [*(args or ()), *(kwargs or {}).values()]:
            if not is_id(value):
                raise TypeError(f"{self.name}: arguments are uuids or numbers, not {type(value).__name__}.")
        return super().apply_async(args, kwargs, **options)


def is_id(value: object) -> bool:
    """Whether a value is a number, a uuid, or the text of a uuid."""
    if value is None or isinstance(value, int | UUID):
        return True
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


@shared_task
def forget_expired_tokens() -> None:
    """Delete links and codes that nobody can use any more."""
    retention.forget_expired_tokens()


@shared_task
def sweep_files() -> None:
    """Delete sealed files that no row points to."""
    retention.sweep_files()


@shared_task
def convert_field(field_id: str) -> None:
    """Bring the values of a custom field into the form that it asks for."""
    conversion.convert(UUID(field_id))


@shared_task
def convert_fields() -> None:
    """Go on with every conversion that the broker lost, or that a killed worker left."""
    for field_id in conversion.unfinished():
        convert_field.delay(str(field_id))


@shared_task
def sweep_keys() -> None:
    """Destroy the keys of persons whose rows are gone."""
    retention.sweep_keys()


@shared_task
def purge() -> None:
    """Let go for good what has lain in the bin for its time."""
    purging.purge()
