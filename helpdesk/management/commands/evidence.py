"""``manage.py evidence DIR``: every control with its state and what shows it, for an auditor."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from helpdesk import evidence


class Command(BaseCommand):
    help = "Pack the controls, their state and their evidence into an empty folder. Nobody's data is in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--language", default="en", help="of the page: en or de")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                folder = evidence.pack(options["folder"])
            except OSError as error:
                raise CommandError(str(error)) from None
        self.stdout.write(f"{folder}: check it with `sha256sum --check {evidence.SUMS}` in there.")
