"""Which mails are taken in together: enough to share what each costs, few enough for the memory, and unrelated."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tickets.channels.email.arrivals import Arrival

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


def unrelated(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """The mails in runs, in none of which one can depend on what becomes of another."""
    run: list[Arrival] = []
    seen: set[object] = set()
    for arrival in arrivals:
        if not seen.isdisjoint(arrival.depends_on):
            yield run
            run, seen = [], set()
        run.append(arrival)
        seen.update(arrival.leaves)
    if run:
        yield run
