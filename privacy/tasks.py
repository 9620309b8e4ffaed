"""Background jobs of the kernel, and the rule for all: arguments are ids, nothing else."""

from typing import Any
from uuid import UUID

from celery import Task, shared_task

from privacy import erasure, notices, purging, register, requests, retention, watching
from privacy.audit import retiring, sealing
from privacy.compliance import proving
from privacy.custom import conversion
from privacy.export import jobs, package, parcels
from privacy.models import ExportJob, PersonPackage
from privacy.requests import reminding


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
def forget_sessions() -> None:
    """Delete sessions that are over, and old visits."""
    retention.forget_sessions()


@shared_task
def tell_of_new_browsers() -> None:
    """Mail people about sign-ins from a browser not seen before."""
    notices.tell_of_new_browsers()


@shared_task
def sweep_files() -> None:
    """Delete sealed files that no row points to."""
    retention.sweep_files()


@shared_task
def carry_on_erasure(entry_id: str) -> None:
    """Go on with one erasure."""
    erasure.carry_on(UUID(entry_id))


@shared_task
def carry_on_erasures() -> None:
    """Go on with every erasure that was broken off, or whose receipt could not be sent yet."""
    erasure.carry_on_all()


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
def make_export(job_id: str) -> None:
    """Put together the file of an export."""
    jobs.make(UUID(job_id))


@shared_task
def make_package(package_id: str) -> None:
    """Put together all that is one person's."""
    package.make(UUID(package_id))


@shared_task
def carry_on_exports() -> None:
    """Go on with every export and package that the broker lost, or that a killed worker left."""
    for job_id in parcels.unfinished(ExportJob):
        make_export.delay(str(job_id))
    for package_id in parcels.unfinished(PersonPackage):
        make_package.delay(str(package_id))


@shared_task
def forget_exports() -> None:
    """Delete what was fetched, or waited too long for it."""
    parcels.forget()


@shared_task
def count_for_register() -> None:
    """Count what the register tells of."""
    register.count()


@shared_task
def sweep_keys() -> None:
    """Destroy the keys of persons whose rows are gone."""
    retention.sweep_keys()


@shared_task
def purge() -> None:
    """Let go for good what has lain in the bin for its time."""
    purging.purge()


@shared_task
def carry_out_requests() -> None:
    """Carry out what was approved and whose delay is over."""
    requests.carry_out_due()


@shared_task
def remind_of_requests() -> None:
    """Tell those who handle requests of what is due soon, and of what is late."""
    reminding.remind()


@shared_task
def seal_audit() -> None:
    """Seal the audit's events, and anchor the chain."""
    sealing.seal_all()


@shared_task
def verify_audit() -> None:
    """Read the whole audit against its seals, and note the result."""
    proving.verify_audit()


@shared_task
def retire_audit() -> None:
    """Remove audit events, and openings, that are older than they are kept."""
    retiring.retire()
    watching.forget_old()


@shared_task
def watch_openings() -> None:
    """Notice who opened the data of unusually many people."""
    watching.notice()
