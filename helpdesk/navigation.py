"""What every page's frame shows: company, region, appearance, and on the desk the views with their counts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from privacy import access, binning, requests
from privacy.access.rights import modules
from privacy.models.audit import AUDIT_LOG
from privacy.models.export import EXPORT
from privacy.models.hold import DATA_REQUESTS
from tickets import queues
from tickets.models import Ticket

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
    def administers(self) -> bool:
        """Whether there is anything that the viewer may set up."""
        return access.administers(self.viewer)

    @cached_property
    def creates(self) -> bool:
        """Whether the viewer may open tickets."""
        return access.may(self.viewer, access.Act.CREATE, Ticket)

    @cached_property
    def has_bin(self) -> bool:
        """Whether the recycle bin is open to the viewer."""
        return access.holds(self.viewer, binning.RECYCLE_BIN)

    @cached_property
    def deletes(self) -> dict[str, bool]:
        """Of which modules the viewer may delete records at all."""
        known: dict[str, Any] = modules()
        return {code: access.may(self.viewer, access.Act.DELETE, model) for code, model in known.items()}

    @cached_property
    def audits(self) -> bool:
        """Whether the viewer may read the audit."""
        return access.holds(self.viewer, AUDIT_LOG)

    @cached_property
    def exports(self) -> bool:
        """Whether the viewer may take data out."""
        return access.holds(self.viewer, EXPORT)

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
        return [
            Link(
                f"d-{each.slug}",
                each.name,
                "",
                reverse("desk:department", args=[each.slug]),
                known.get(each.pk, 0),
            )
            for each in queues.rooms(self.viewer)
            if each.is_own
        ]

    @cached_property
    def held_mails(self) -> int:
        """How many mails wait for somebody to decide."""
        return next((each.held or 0 for each in queues.rooms(self.viewer)), 0)

    @cached_property
    def data_requests(self) -> requests.Standing | None:
        """How many requests of persons are open and overdue; None for who doesn't handle them."""
        return requests.standing() if access.holds(self.viewer, DATA_REQUESTS) else None


def theme(request: HttpRequest) -> str:
    """The appearance that this person chose: their own setting, else their browser's cookie."""
    user = getattr(request, "user", None)
    known = user if user is not None and user.is_authenticated else None
    chosen = known.theme if known else request.COOKIES.get("theme", "auto")
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
