"""Background jobs: the Celery app and the one timetable."""

import os
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init, worker_process_init
from django.core.exceptions import ImproperlyConfigured

from helpdesk.embedded import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk", task_cls="privacy.tasks:IdTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "beat": {"task": "helpdesk.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 60}},
    "fetch mail": {"task": "tickets.tasks.poll_mailboxes", "schedule": 30.0},
    "fetch Twitter/X": {"task": "tickets.tasks.poll_accounts", "schedule": 60.0},
    "send what is due": {"task": "tickets.tasks.send_due", "schedule": 15.0},
    "seal the audit": {"task": "privacy.tasks.seal_audit", "schedule": 60.0},
    "verify the audit": {"task": "privacy.tasks.verify_audit", "schedule": crontab(hour=3, minute=20)},
    "retire old audit": {"task": "privacy.tasks.retire_audit", "schedule": 24 * 3600.0},
    "watch over openings": {"task": "privacy.tasks.watch_openings", "schedule": 600.0},
    "forget expired links": {"task": "privacy.tasks.forget_expired_tokens", "schedule": 3600.0},
    "tell of new browsers": {"task": "privacy.tasks.tell_of_new_browsers", "schedule": 60.0},
    "forget ended sessions": {"task": "privacy.tasks.forget_sessions", "schedule": 3600.0},
    "remind of requests": {"task": "privacy.tasks.remind_of_requests", "schedule": 3600.0},
    "carry out requests": {"task": "privacy.tasks.carry_out_requests", "schedule": 60.0},
    "go on with erasures": {"task": "privacy.tasks.carry_on_erasures", "schedule": 60.0},
    "go on converting custom fields": {"task": "privacy.tasks.convert_fields", "schedule": 60.0},
    "go on with exports": {"task": "privacy.tasks.carry_on_exports", "schedule": 60.0},
    "go on looking for bystanders": {"task": "tickets.tasks.carry_on_bystanders", "schedule": 60.0},
    "forget exports": {"task": "privacy.tasks.forget_exports", "schedule": 600.0},
    "count for the register": {"task": "privacy.tasks.count_for_register", "schedule": 3600.0},
    "sweep orphaned files": {"task": "privacy.tasks.sweep_files", "schedule": 24 * 3600.0},
    "purge": {"task": "privacy.tasks.purge", "schedule": 3600.0},
    "finish merges of contacts": {"task": "contacts.tasks.finish_merges", "schedule": 3600.0},
    "sweep orphaned keys": {"task": "privacy.tasks.sweep_keys", "schedule": 3600.0},
}


@setup_logging.connect
def _use_our_logging(**_: Any) -> None:
    """Django has configured logging; Celery leaves it alone."""


@worker_init.connect
def _check_keys(**_: Any) -> None:
    """Celery only logs an error of a signal, and would go on with keys that open nothing, or undo an erasure."""
    from privacy import startup

    try:
        startup.check()
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))


@worker_process_init.connect
def _end_with_worker(**_: Any) -> None:
    lifeline.die_with_parent()
