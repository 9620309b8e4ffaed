"""By what posts and direct messages are known: as a Message-ID names a mail. Values in, values out."""

import re
from dataclasses import dataclass

TWEET, DIRECT = "tweet", "dm"
REFERENCE = re.compile(rf"({TWEET}|{DIRECT})-(\d+)@x\.com")


@dataclass(frozen=True, slots=True)
class Reference:
    """A post that everybody can read, or a message between two."""

    kind: str
    number: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.number}@x.com"

    @property
    def is_public(self) -> bool:
        return self.kind == TWEET


def read(text: str) -> Reference | None:
    """The reference of that name; None if it names something else."""
    found = REFERENCE.fullmatch(text)
    return Reference(found[1], found[2]) if found else None
