"""What every page's frame shows: company, region, appearance, and on the desk the views with their counts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from privacy import access
from tickets import queues
from tickets.enums import InboundState
from tickets.models import Department, InboundMail

PORTAL_FRAME = "portal/frame.html"
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail; ``count`` None shows no number."""

    source: str
    title: str | Promise
    icon: str
    url: str
    count: int | None = None


class Rail:
    """The desk's rail, read from the database only where a page shows it."""

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer

    @cached_property
    def counts(self) -> queues.Counts:
        return queues.counts(self.viewer)

    @cached_property
    def queues(self) -> list[Link]:
        known = self.counts.queues
        return [
            Link(each.key, each.title, each.icon, reverse("desk:queue", args=[each.key]), known.get(each.key))
            for each in queues.QUEUES.values()
        ]

    @cached_property
    def departments(self) -> list[Link]:
        known: dict[UUID, int] = self.counts.departments
        shown = access.visible(self.viewer, Department.objects.all())
        return [
            Link(f"d-{each.slug}", each.name, "", reverse("desk:department", args=[each.slug]), known.get(each.pk, 0))
            for each in shown
        ]

    @cached_property
    def held_mails(self) -> int:
        """How many mails wait for somebody to decide."""
        held = access.visible(self.viewer, InboundMail.objects.filter(state=InboundState.ATTENTION))
        return int(held.count())


def theme(request: HttpRequest) -> str:
    """The appearance that this person chose: their own setting, else their browser's cookie."""
    user = getattr(request, "user", None)
    chosen = user.theme if user is not None and user.is_authenticated else request.COOKIES.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html and the frames."""
    return {
        "company": settings.COMPANY_NAME,
        "region": settings.REGION,
        "theme": theme(request),
        "error_frame": PORTAL_FRAME if request.path.startswith("/portal/") else None,
        "rail": SimpleLazyObject(lambda: Rail(request.user)),
    }
