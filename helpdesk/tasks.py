"""Background jobs of the project itself."""

from celery import shared_task

from helpdesk import health


@shared_task
def heartbeat() -> None:
    """Show that a worker takes what the timetable hands over."""
    health.beat(health.WORKER)
