"""``python -m bench`` runs every measurement, each in a process of its own, and prints one table at the end.

``python -m bench queue save`` runs those two.
"""

import subprocess
import sys
from pathlib import Path

from bench.measuring import HEADING, MARK

HERE = Path(__file__).parent
NOT_MEASUREMENTS = {"__init__", "__main__", "measuring", "scratch", "house"}


def main(wanted: list[str]) -> int:
    """Run what is wanted (everything if nothing is named). A missed target is no failure."""
    there = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_MEASUREMENTS)
    if unknown := set(wanted) - set(there):
        print(f"There is no measurement “{unknown.pop()}”. There are: {', '.join(there)}.")
        return 2
    rows: list[str] = []
    for name in wanted or there:
        print(f"\n-- bench.{name}", flush=True)
        rows += _run(name)
    print(f"\n{HEADING}")
    for row in rows:
        print(row)
    return 0


def _run(name: str) -> list[str]:
    """Run one, show what it says, and return its rows of the table."""
    command = [sys.executable, "-m", f"bench.{name}"]
    rows = []
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            if line.startswith(MARK) and line.rstrip() != HEADING.rstrip():
                rows.append(line.rstrip())
    if running.returncode:
        rows.append(f"{MARK}bench.{name} failed ({running.returncode})")
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
