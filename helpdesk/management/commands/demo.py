"""manage.py demo: fills the helpdesk with a made-up company."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from helpdesk.demo import LOGINS, loading, setting_up
from helpdesk.demo.company import COMPANY
from helpdesk.demo.planning import TICKETS
from privacy import actor
from privacy.enums import Via
from privacy.vault import startup


class Command(BaseCommand):
    """Loads the demo once; the second time it only says how to sign in."""

    help = (
        "Fill the helpdesk with a made-up company: departments, agents, customers, eight months of tickets."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What else can be asked for."""
        parser.add_argument("--reset", action="store_true", help="delete everything first (only with DEBUG)")
        parser.add_argument("--tickets", type=int, default=TICKETS, metavar="N", help="how many tickets")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuses where real people may be: the passwords are no secret."""
        if not settings.DEBUG:
            raise CommandError("The demo has passwords that everybody knows: it needs DEBUG.")
        if options["reset"]:
            self._reset()
        if loading.is_loaded():
            with actor.acting(None, via=Via.COMMAND):
                setting_up.follow_ports()
            self.stdout.write(f"The demo ({COMPANY}) is there already.")
        else:
            begun = time.monotonic()
            made = loading.load(options["tickets"])
            told = ", ".join(f"{number} {what}" for what, number in made.items())
            self.stdout.write(f"The demo ({COMPANY}) is loaded: {told}, in {time.monotonic() - begun:.0f} s.")
        self._tell_logins()

    def _reset(self) -> None:
        for alias in ("default", "vault"):
            call_command("flush", database=alias, interactive=False, verbosity=0)
        startup.check_keys()
        self.stdout.write("Everything is deleted.")

    def _tell_logins(self) -> None:
        for login in LOGINS:
            door = f"{login.email:<32} {login.password or '(signs in by a mailed link)':<28}"
            self.stdout.write(f"  {door} {login.what}")
