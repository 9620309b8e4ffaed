"""How gunicorn serves the helpdesk: ``gunicorn -c python:helpdesk.gunicorn helpdesk.wsgi``."""

import os
from pathlib import Path
from typing import Any

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
accesslog = None  # addresses of people and of what they read stay out of logs
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a heartbeat that never waits for a disk)
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def post_fork(server: Any, worker: Any) -> None:
    """A worker never outlives its master."""
    die_with_parent()
