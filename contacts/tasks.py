"""Background jobs of contacts."""

from celery import shared_task

from contacts import merging


@shared_task
def finish_merges() -> None:
    """Hand over keys that a killed process left with a contact that was merged."""
    merging.finish()
