"""Who acts, through which door, and when: known to everything that is written meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from privacy import lens
from privacy.enums import ActorKind, Cause, Via


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody (or the system) at work."""

    kind: ActorKind = ActorKind.SYSTEM
    id: UUID | None = None
    via: Via = Via.COMMAND


@dataclass(frozen=True, slots=True)
class Reason:
    """What made somebody (or the system) act, and which one: the rule's id, say."""

    cause: Cause
    id: UUID | None = None


BY_DOOR = {
    Via.DESK: Cause.PERSON,
    Via.PORTAL: Cause.PERSON,
    Via.ADMIN: Cause.PERSON,
    Via.MAIL: Cause.MAIL,
    Via.API: Cause.API,
    Via.TASK: Cause.TIMETABLE,
    Via.COMMAND: Cause.COMMAND,
}

_current: ContextVar[Actor] = ContextVar("actor", default=Actor())  # noqa: B039  (it is frozen)
_reason: ContextVar[Reason | None] = ContextVar("reason", default=None)
_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def current() -> Actor:
    """Who acts now; the system if nobody said otherwise."""
    return _current.get()


@contextmanager
def acting(who: Any, *, via: Via | None = None) -> Iterator[Actor]:
    """Inside, ``who`` (a User, a Contact or None for the system) is the actor; ``via`` defaults to the door so far.

    Whoever acts needs the values as they are: a lens that was on is lifted; doors put theirs on inside.
    """
    kind = ActorKind.SYSTEM if who is None else who.actor_kind
    actor = Actor(kind, None if who is None else who.pk, via or current().via)
    token = _current.set(actor)
    try:
        with lens.lifted():
            yield actor
    finally:
        _current.reset(token)


def reason() -> Reason:
    """Why what happens now happens: as ``caused`` said, else as the door tells."""
    return _reason.get() or Reason(Cause.IMPORT if is_retelling() else BY_DOOR[current().via])


@contextmanager
def caused(cause: Cause, source_id: UUID | None = None) -> Iterator[None]:
    """Inside, what is written was caused by this: a rule, an import; ``source_id`` says which one."""
    token = _reason.set(Reason(cause, source_id))
    try:
        yield
    finally:
        _reason.reset(token)


def now() -> datetime:
    """The moment that is written down as now."""
    return _moment.get() or timezone.now()


def is_retelling() -> bool:
    """Whether what is written happened earlier: then it is told, not done again."""
    return _moment.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, what is written bears this moment: for imports of what happened earlier."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
