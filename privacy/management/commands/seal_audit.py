"""``manage.py seal_audit``: seals what is there and prints the head of the chain, to be kept elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from privacy.audit import anchor, sealing


class Command(BaseCommand):
    help = "Seal the audit now (beat does it every minute) and print the line that anchors it: keep it elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--restored",
            action="store_true",
            help="a backup was just restored by other means than manage.py restore: note where the chain goes on",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restored"]:
            sealing.go_on_after_restore()
        sealing.seal_all()
        if (line := anchor.last()) is not None:
            self.stdout.write(f"{line.number} {line.last_id} {line.seal.hex()}")
