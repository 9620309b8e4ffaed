"""``manage.py replay_erasures``: after restoring a backup, erases again who was erased since it was made."""

from typing import Any

from django.core.management.base import BaseCommand

from privacy.erasure import replaying


class Command(BaseCommand):
    help = "After restoring a backup: erase again whom the ledger names. Safe to stop and to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for subject_id in replaying.replay():
            done += 1
            self.stdout.write(f"{subject_id} is erased here, too.")
        self.stdout.write(f"{done} erasures were replayed. The data agrees with the ledger.")
