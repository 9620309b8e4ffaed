"""What a control is, and what a look at it finds; upper apps add theirs here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Value = int | str | datetime | None


class State(models.TextChoices):
    """How a control stands."""

    WELL = "well", _("In order")
    LOOK = "look", _("Needs a look")
    BROKEN = "broken", _("Not in order")
    OPEN = "open", _("Not shown yet")


ORDER = (State.BROKEN, State.LOOK, State.OPEN, State.WELL)


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of evidence: a code for machines, a name for people, and a value that is about nobody."""

    code: str
    label: str | Promise
    value: Value

    @property
    def is_moment(self) -> bool:
        return isinstance(self.value, datetime)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at a control found: its state, a sentence, the facts behind it."""

    state: State
    said: str | Promise
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """Something that the software sees to. ``key`` is what docs/controls.md names it by."""

    key: str
    title: str | Promise
    about: str | Promise
    look: Callable[[], Finding]


_registered: dict[str, Control] = {}


def register(*wanted: Control) -> None:
    """For upper apps, when they are ready."""
    _registered.update({control.key: control for control in wanted})


def registered() -> tuple[Control, ...]:
    """What upper apps added."""
    return tuple(_registered.values())
