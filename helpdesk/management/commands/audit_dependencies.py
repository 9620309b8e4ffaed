"""``manage.py audit_dependencies``: are there known weaknesses in the libraries that are pinned?"""

import json
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from privacy import compliance

#: ``--strict``: without it, pip-audit reports success where it could not look.
COMMAND = [
    sys.executable,
    "-m",
    "pip_audit",
    "--strict",
    "--disable-pip",
    "--require-hashes",
    "--format=json",
    "-r",
]


class Command(BaseCommand):
    help = "Compare requirements.txt with the list of known weaknesses (needs pip-audit and the internet)."

    def handle(self, *args: Any, **options: Any) -> None:
        asked = subprocess.run(  # noqa: S603  (our own interpreter)
            [*COMMAND, str(settings.BASE_DIR / "requirements.txt")],
            capture_output=True,
            text=True,
            check=False,
        )
        found = _libraries(asked)
        weak = {each["name"]: [known["id"] for known in each["vulns"]] for each in found if each["vulns"]}
        number = sum(map(len, weak.values()))
        compliance.prove(
            compliance.Proved.DEPENDENCIES, is_well=not weak, weaknesses=number, libraries=len(found)
        )
        for name, ids in sorted(weak.items()):
            self.stderr.write(f"{name}: {', '.join(ids)}")
        if weak:
            raise CommandError(f"{number} known weaknesses.")
        self.stdout.write(f"{len(found)} libraries: no known weakness.")


def _libraries(asked: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    """What it says of each library. Raises CommandError unless each of them was looked up."""
    try:
        found: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        found = []
    if not found or any("vulns" not in each for each in found):
        raise CommandError(f"It could not be checked: {asked.stderr.strip()[-400:]}")
    return found
