"""The lens through which somebody looks at sealed values: what it hides reads as empty, whatever the path."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any


class Sight(StrEnum):
    """How much of a value is seen."""

    CLEAR = "clear"
    MASKED = "masked"
    NOTHING = "nothing"


Lens = Callable[[Any, str], Sight]
"""How much is seen of a row's field (by name)."""

_lens: ContextVar[Lens | None] = ContextVar("lens", default=None)


def of(row: Any, field: str) -> Sight:
    """How much of this value the one who looks now sees; all of it where nobody looks (verbs, jobs)."""
    lens = _lens.get()
    return Sight.CLEAR if lens is None else lens(row, field)


@contextmanager
def through(lens: Lens | None) -> Iterator[None]:
    """Inside, values are seen through this lens."""
    token = _lens.set(lens)
    try:
        yield
    finally:
        _lens.reset(token)


def lifted() -> Any:
    """Inside, everything is seen: for work that shows nothing to anybody, as saving and sending do."""
    return through(None)
