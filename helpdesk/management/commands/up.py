"""manage.py up (``make run``): the whole helpdesk on this machine, with a demo company, until Ctrl-C."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from helpdesk import embedded, running
from helpdesk.demo import LOGINS, loading
from helpdesk.demo.company import COMPANY
from helpdesk.embedded.lifeline import die_with_parent
from helpdesk.supervision import TICK, Child, Supervisor
from privacy.models import User

PATIENCE = 60.0  # seconds for the web server to answer


class Command(BaseCommand):
    """Prepares what is missing, starts everything, and watches over it."""

    help = "Run the whole helpdesk to try or develop it: web, worker, timetable, demo mail. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large the demo is."""
        parser.add_argument(
            "--tickets", type=int, default=loading.TICKETS, metavar="N", help="tickets in the demo"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Returns when everything has ended."""
        if not settings.DEBUG:
            raise CommandError(
                "This is for development (DEBUG=1). docs/operations.md says how to run in production."
            )
        try:
            running.claim()
        except running.Refused as refusal:
            raise CommandError(str(refusal)) from None
        _end_like_ctrl_c()
        supervisor = Supervisor(_children(), self._say)
        try:
            self._prepare(options["tickets"])
            supervisor.start()
            self._await_web(supervisor)
            self._welcome()
            while True:
                time.sleep(TICK)
                embedded.renew(self._say)
                supervisor.tend()
        except KeyboardInterrupt:
            self._say("Stopping …")
        finally:
            supervisor.stop()
        self._say("Stopped. Everything is kept; `make run` goes on with it.")

    def _prepare(self, tickets: int) -> None:
        self._say("Preparing the database …")
        for alias in settings.DATABASES:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
        call_command("translations", "--compile", verbosity=0)
        is_empty = not User.everything.exists()
        if is_empty:
            self._say("Loading a demo company (the first time only) …")
        if is_empty or loading.is_loaded():
            call_command("demo", tickets=tickets, stdout=StringIO())

    def _await_web(self, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + PATIENCE
        while not _answers(f"http://127.0.0.1:{running.port('PORT')}/health/web/"):
            if time.monotonic() > deadline:
                raise CommandError("The web server doesn't answer; what it said is above.")
            time.sleep(TICK)
            supervisor.tend()

    def _welcome(self) -> None:
        site = settings.SITE_URL
        lines = [
            "",
            f"  Desk       {site}/desk/",
            f"  Portal     {site}/portal/",
            f"  Admin      {site}/admin/",
            f"  Mailboxes  http://localhost:{settings.DEMO_WEB_PORT}/   every mail sent by or to the demo",
            "",
            "  Sign in with",
            *(
                f"    {login.email:<34} {login.password or 'by a mailed link':<28} {login.what}"
                for login in LOGINS
            ),
            "",
            "  Ctrl-C ends it.",
        ]
        self._say("\n".join(lines) if loading.is_loaded() else "\n".join([*lines[:5], "", *lines[-1:]]))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _children() -> list[Child]:
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
    celery = [*python, "-m", "celery", "--quiet", "-A", "helpdesk"]
    data = settings.DATA_DIR
    os.environ |= {"BIND": f"{os.environ.get('HOST', '127.0.0.1')}:{running.port('PORT')}"}
    for name, value in {
        "COMPANY_NAME": COMPANY,
        "WEB_WORKERS": "1",
        "WEB_GRACE": "2",
        "LOG_LEVEL": "WARNING",
    }.items():
        os.environ.setdefault(name, value)
    return [
        Child(
            "The web server", [*python, "-m", "gunicorn", "-c", "python:helpdesk.gunicorn", "helpdesk.wsgi"]
        ),
        Child("The worker", [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"]),
        Child("The timetable", [*celery, "beat", f"--schedule={data / 'timetable'}", "--pidfile="]),
        Child("The demo mail server", [*python, "manage.py", "demo_mail", f"--data={data / 'mail'}"]),
    ]


def _end_like_ctrl_c() -> None:
    """A closed terminal, ``kill``, and the end of ``make`` all end everything in order."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  (our own http address)
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
