"""Sections of the portal's privacy page: each has its anchor, its template and what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Shown = dict[str, Any]


def _nothing_more(request: Any) -> Shown:
    return {}


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter. Its template ``tickets/portal/privacy/_<name>.html`` is given ``about(request)`` as ``about``.

    ``is_own`` sections are for customers signed in; a section whose ``about`` is None is left out.
    """

    name: str
    title: str | Promise
    about: Callable[[Any], Shown | None] = _nothing_more
    is_own: bool = False

    @property
    def template(self) -> str:
        return f"tickets/portal/privacy/_{self.name}.html"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section as one visit sees it."""

    section: Section
    about: Shown


def chapters(request: Any, sections: tuple[Section, ...]) -> list[Chapter]:
    """Those sections that this visit sees, with what they show."""
    meant = [each for each in sections if request.customer or not each.is_own]
    told = [(each, each.about(request)) for each in meant]
    return [Chapter(section, about) for section, about in told if about is not None]
