"""The conversations of the demo: texts/*.txt read into scripts, steps and what is attached.

A script opens with ``# name`` and headers. Then come steps with their delay: ``> 3h`` the customer writes,
``< 2h`` an agent answers, ``! 10m`` is a note (files in brackets: ``[photo:leak]``); ``@ resolve`` is an act
after a message.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
KINDS = {">": "customer", "<": "agent", "!": "note"}
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_STEP = re.compile(r"([><!]) (\d+)([mhd]?)((?: \[[^\]]+\])*)")


@dataclass(slots=True)
class Step:
    """One message, and what is done right after it."""

    kind: str
    after: timedelta
    files: tuple[str, ...]
    text: str = ""
    acts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """One conversation, to be told with different people."""

    key: str
    language: str
    headers: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def subjects(self) -> list[str]:
        return [subject.strip() for subject in re.split(r" \| ", self.headers["subject"])]

    @property
    def tags(self) -> list[str]:
        return [tag.strip() for tag in self.headers.get("tags", "").split(",") if tag.strip()]

    @property
    def department(self) -> str:
        return self.headers["department"]

    @property
    def channel(self) -> str:
        return self.headers.get("channel", "email")

    @property
    def priority(self) -> str:
        return self.headers.get("priority", "normal")

    @property
    def machine(self) -> str:
        return self.headers.get("machine", "home")

    @property
    def is_b2b(self) -> bool:
        return "b2b" in self.headers

    @property
    def is_recent(self) -> bool:
        """Whether it only makes sense while it is still going on."""
        return "recent" in self.headers

    @property
    def is_last(self) -> bool:
        """Whether nobody asks anything after it: they wanted to be forgotten."""
        return "last" in self.headers

    @property
    def limit(self) -> int:
        """How often it may be told."""
        return int(self.headers.get("limit", "12"))


@cache
def scripts() -> tuple[Script, ...]:
    """All of them, in a fixed order."""
    return tuple(
        script
        for path in sorted(TEXTS.glob("*.txt"))
        for script in parse(path.read_text(encoding="utf-8"), path.name[:2])
    )


def parse(text: str, language: str) -> list[Script]:
    """The scripts of one file. Raises ValueError for a line that fits nowhere."""
    found: list[Script] = []
    for line in text.splitlines():
        if line.startswith("# "):
            found.append(Script(line[2:].strip(), language))
        elif not found:
            raise ValueError(f"A conversation begins with its name: {line!r}")
        else:
            _read(found[-1], line)
    for script in found:
        for step in script.steps:
            step.text = step.text.strip()
    return found


def _read(script: Script, line: str) -> None:
    if step := _STEP.fullmatch(line):
        after = timedelta(**{UNITS[step[3] or "m"]: int(step[2])})
        script.steps.append(Step(KINDS[step[1]], after, tuple(re.findall(r"\[([^\]]+)\]", step[4]))))
    elif line.startswith("@ "):
        script.steps[-1].acts.append(line[2:].strip())
    elif script.steps:
        script.steps[-1].text += f"{line}\n"
    elif line.strip():
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"{script.key}: {line!r} is no header.")
        script.headers[name.strip()] = value.strip()
