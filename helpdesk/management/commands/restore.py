"""``manage.py restore DIR``: bring a backup back; who was erased since it was made is erased again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.backups import restoring
from helpdesk.backups.trouble import Refused


class Command(BaseCommand):
    help = "Restore data and files from a backup, under the vault that is there; replay the erasures since."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="one backup of data and files")
        parser.add_argument(
            "--vault", type=Path, metavar="DIR", help="one backup of the vault: only where the vault was lost"
        )
        parser.add_argument("--replace", action="store_true", help="what the databases hold may go")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = restoring.restore(options["folder"], vault=options["vault"], replaces=options["replace"])
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            f"Restored. {done.files} files came back, {done.erased_again} persons were erased again. "
            "Run verify_audit: it names this restore, and nothing else should be missing."
        )
