"""How a model says who may see and change its rows: once, beside its fields (``governed_by``).

``privacy.access`` reads nothing else; a model that says nothing is seen by no member of staff, and fails
``manage.py check``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise

from privacy.enums import ProfileKind

Condition = Callable[[Any], Q]
"""Of a user: which rows."""

ADMINISTRATION = "administration"


@dataclass(frozen=True)
class Within:
    """The condition that a path leads to something of the user's: their departments, say."""

    path: str
    values: Callable[[Any], list[Any]]

    def __call__(self, user: Any) -> Q:
        return Q(**{f"{self.path}__in": self.values(user)})


@dataclass(frozen=True)
class Right:
    """Something that a profile allows; ``kinds`` are the default profiles that do."""

    code: str
    label: str | Promise
    kinds: frozenset[ProfileKind] = frozenset()
    room: str = ADMINISTRATION  # the module that it belongs to, or the administration
    about: str | Promise = ""  # one plain sentence for whoever decides


@dataclass(frozen=True)
class Module:
    """Records that are shared by owner: profiles give acts on them, roles and sharing rules their range."""

    code: str
    label: str | Promise
    owner: str
    bound: Condition | None = None  # departments, say; ``unbound`` is the right that lifts it
    unbound: str = ""
    unowned: str = ""  # the right to rows that nobody owns
    opens: tuple[str, ...] = ()  # paths to records that whoever sees a row may see, too
    rights: tuple[Right, ...] = field(default=())


@dataclass(frozen=True)
class Part:
    """Rows that belong to another one: who sees it sees them, who may change it may change them."""

    of: str


@dataclass(frozen=True)
class Setup:
    """What administrators set up: ``manage`` is the right to change it, ``see`` the right to see it (none: all)."""

    manage: str
    see: str = ""
    bound: Condition | None = None
    unbound: str = ""
    rights: tuple[Right, ...] = field(default=())


@dataclass(frozen=True)
class Own:
    """Everybody's own, nobody else's."""

    of: str


@dataclass(frozen=True)
class Closed:
    """Read by the software only; no page shows it."""

    why: str


Governance = Module | Part | Setup | Own | Closed


class Governed:
    """What every model says, or inherits as unsaid.

    ``own_fields`` names fields that are shown to the person themselves and to holders of a right only.
    """

    governed_by: ClassVar[Governance | None] = None
    own_fields: ClassVar[dict[str, str]] = {}
