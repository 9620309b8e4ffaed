"""The reviewed table of what each person gets behind each door: read, and written anew when asked to.

One line a door and method, one column a person. Whoever adds an address runs
``WRITE_STATUSES=1 pytest tests/doors/test_matrix.py`` and reads the lines that changed: they are the permissions
of the new page.
"""

from pathlib import Path

FILE = Path(__file__).with_name("statuses.txt")
METHODS = ("GET", "POST")
HEAD = """# What each person gets behind each door: an address as in urls.py, whose ids it bears, and the status.
# a: of the ticket, customer, department … of side a (which the agent works in); b: of the other side.
# light has side a's ticket shared; other works in department b; supervisor in a; admin everywhere.
# Written by WRITE_STATUSES=1 pytest tests/doors/test_matrix.py; read it before it is kept.
"""

PEOPLE = ("stranger", "customer a", "customer b", "light", "other", "agent", "supervisor", "admin")

Row = tuple[str, str]  # a door's name, and the method
Statuses = dict[Row, int]


def differences(person: str, statuses: Statuses) -> dict[Row, tuple[int | None, int | None]]:
    """What was reviewed and what was met, where they aren't the same; None for a door that one of them lacks."""
    reviewed = {row: found[person] for row, found in _read().items() if person in found}
    pairs = {row: (reviewed.get(row), statuses.get(row)) for row in sorted({*reviewed, *statuses})}
    return {row: pair for row, pair in pairs.items() if pair[0] != pair[1]}


def replace(person: str, statuses: Statuses) -> None:
    """Keep these as what the person gets."""
    before = _read()
    rows = {row: {**before.get(row, {}), person: status} for row, status in statuses.items()}
    lines = ["#" + "|".join([*(f" {each} " for each in PEOPLE), " method and door"])]
    for (name, method), found in sorted(rows.items()):
        cells = [str(found.get(each, "")).center(len(each) + 2) for each in PEOPLE]
        lines.append(" " + "|".join([*cells, f" {method} {name}"]))
    FILE.write_text(HEAD + "\n".join(lines) + "\n")


def _read() -> dict[Row, dict[str, int]]:
    return dict(_row(line) for line in FILE.read_text().splitlines() if line and line[0] != "#")


def _row(line: str) -> tuple[Row, dict[str, int]]:
    *cells, door = line.split("|")
    method, name = door.strip().split(" ", 1)
    statuses = zip(PEOPLE, cells, strict=True)
    return (name, method), {person: int(cell) for person, cell in statuses if cell.strip()}
