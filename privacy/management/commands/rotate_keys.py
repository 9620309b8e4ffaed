"""``manage.py rotate_keys``: wraps every data key anew under the current key-encryption key."""

from typing import Any

from django.core.management.base import BaseCommand

from privacy.vault import kek, rotation


class Command(BaseCommand):
    help = (
        "Re-wrap all data keys under the first key of PRIVACY_KEKS. May be stopped and run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total, done = rotation.waiting(), 0
        self.stdout.write(f"{total} keys to wrap under “{kek.provider().current_id()}”.")
        for moved in rotation.rewrap():
            done += moved
            self.stdout.write(f"{done} of {total}")
        for kek_id, keys in sorted(rotation.census().items()):
            self.stdout.write(f"“{kek_id}” wraps {keys} keys.")
        spare = sorted(set(kek.known_ids()) - rotation.census().keys() - {kek.provider().current_id()})
        for kek_id in spare:
            self.stdout.write(f"“{kek_id}” wraps none: it can leave PRIVACY_KEKS.")
