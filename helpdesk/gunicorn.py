"""How gunicorn serves the helpdesk: ``gunicorn -c python:helpdesk.gunicorn helpdesk.wsgi``."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from helpdesk.embedded.lifeline import die_with_parent

bind = os.environ.get("BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACE", "20"))
keepalive = 5
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "5000"))
max_requests_jitter = 500
accesslog = None  # addresses of people, and of what they read, stay out of logs
logconfig_dict = {  # and an error's address or values too
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "helpdesk.logs.RedactingFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {
            "handlers": ["stderr"],
            "propagate": False,
            "level": os.environ.get("LOG_LEVEL", "INFO"),
        }
    },
}
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a heartbeat that never waits for a disk)
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def on_starting(server: Any) -> None:
    """A wrong setting stops the start with its sentence, before any worker."""
    try:
        str(settings.SECRET_KEY)
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))


def post_fork(server: Any, worker: Any) -> None:
    """A worker never outlives its master."""
    die_with_parent()
