"""How many mails are taken in together: enough to share what each costs, few enough for the memory."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

MAILS = 25
BYTES = 2_000_000
Mail = TypeVar("Mail")


def of(mails: Iterable[Mail], *, size: Callable[[Mail], int]) -> Iterator[list[Mail]]:
    """The mails in handfuls: 25, or fewer as soon as they have 2 MB."""
    handful: list[Mail] = []
    total = 0
    for mail in mails:
        handful.append(mail)
        total += size(mail)
        if len(handful) == MAILS or total >= BYTES:
            yield handful
            handful, total = [], 0
    if handful:
        yield handful
