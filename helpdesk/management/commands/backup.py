"""``manage.py backup DIR --vault DIR``: data and files sealed into one folder, the vault into another one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.backups import making
from helpdesk.backups.trouble import Refused


class Command(BaseCommand):
    help = "Back up data and files, sealed, and the vault apart from them. Work may go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="for data and files")
        parser.add_argument(
            "--vault", type=Path, required=True, metavar="DIR", help="for the keys; elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data, vault = making.make(options["folder"], options["vault"])
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"Data and files: {data}\nVault: {vault}")
