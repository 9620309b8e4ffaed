"""``manage.py privacy_lint``: proves on the running database that declared columns hold ciphertext only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy import lint


class Command(BaseCommand):
    help = "Fail if any column declared personal or secret holds something that is not ciphertext."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(lint.findings())
        for finding in found:
            self.stderr.write(f"{finding.table}.{finding.column}: {finding.rows} × {finding.what}")
        if found:
            raise CommandError(f"{len(found)} columns hold what they must not hold.")
        self.stdout.write(f"{lint.columns_checked()} columns checked: all of them hold ciphertext only.")
