"""Every address there is, with the ids of one side of the world, of the other, and mixed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.doors.world import Side, World

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
APP_LABEL = r"^(?P<app_label>"
IGNORED = {"admin/(?P<url>.*)$"}  # what isn't there


@dataclass(frozen=True, slots=True)
class Door:
    """An address as written in urls.py, whose ids it bears, and filled in."""

    pattern: str
    ids: str
    address: str

    @property
    def name(self) -> str:
        return f"/{self.pattern}" + (f" [{self.ids}]" if self.ids else "")


def doors(world: World) -> Iterator[Door]:
    """All of them. Raises LookupError for a parameter that nobody has said how to fill in."""
    for pattern in sorted(set(_patterns(get_resolver())) - IGNORED):
        if APP_LABEL in pattern:
            for app in ("auth", "contacts", "privacy", "tickets"):
                yield Door(f"admin/{app}/", "", f"/admin/{app}/")
            continue
        names = [name for _kind, name in PARAMETER.findall(pattern)]
        if not names:
            yield Door(pattern, "", f"/{pattern}")
            continue
        for ids, sides in _mixtures(world, len(names)):
            filled = dict(zip(names, sides, strict=True))
            address = PARAMETER.sub(lambda found: _value(pattern, found[2], filled), pattern)  # noqa: B023
            yield Door(pattern, ids, f"/{address}")


def _mixtures(world: World, count: int) -> Iterator[tuple[str, list[Side]]]:
    """All ids of one side, all of the other, and the first of one with the rest of the other."""
    yield "a", [world.a] * count
    yield "b", [world.b] * count
    if count > 1:
        yield "a, then b", [world.a, *[world.b] * (count - 1)]


def _value(pattern: str, name: str, sides: dict[str, Side]) -> str:
    return sides[name].value(pattern, name)


def _patterns(resolver: Any, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path
