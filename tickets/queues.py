"""The desk's views of all tickets: mine, unassigned, open, waiting, all, and one per department."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, Subquery, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from privacy import access
from tickets.enums import ACTIVE, DONE, InboundState, Status
from tickets.models import Department, InboundMail, Ticket
from tickets.models.department import EVERYWHERE, of_departments


@dataclass(frozen=True, slots=True)
class Queue:
    """One view: its name, and which tickets of all that the viewer may see are in it."""

    key: str
    title: str | Promise
    icon: str
    condition: Callable[[Any], Q]
    is_counted: bool = True


QUEUES = {
    queue.key: queue
    for queue in (
        Queue("mine", _("Mine"), "user", lambda viewer: Q(status__in=ACTIVE, assignee=viewer)),
        Queue("unassigned", _("Unassigned"), "inbox", lambda viewer: Q(status__in=ACTIVE, assignee=None)),
        Queue("open", _("All open"), "layers", lambda viewer: Q(status__in=ACTIVE)),
        Queue(
            "waiting",
            _("Waiting"),
            "hourglass",
            lambda viewer: Q(status__in=(Status.PENDING, Status.ON_HOLD)),
        ),
        Queue("done", _("Done"), "circle-check", lambda viewer: Q(status__in=DONE), is_counted=False),
        Queue("all", _("All tickets"), "archive", lambda viewer: Q(), is_counted=False),
    )
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets wait in each view, and how many are open in each department."""

    queues: dict[str, int]
    departments: dict[UUID, int]


def queue(key: str, viewer: Any) -> Any:
    """The tickets of a view, newest first. Raises KeyError for a view that doesn't exist."""
    found = QUEUES[key].condition(viewer)
    return access.visible(viewer, Ticket.objects.filter(found)).newest_first()


def department_queue(department: Department, viewer: Any) -> Any:
    """The open tickets of a department, newest first."""
    tickets = Ticket.objects.active().filter(department=department)
    return access.visible(viewer, tickets).newest_first()


def of_person(contact: Contact, viewer: Any) -> Any:
    """All that somebody ever asked, newest first."""
    return access.visible(viewer, Ticket.objects.filter(requester=contact)).newest_first()


def rooms(viewer: Any) -> list[Any]:
    """All departments that the viewer knows of, read once for each time that the viewer is loaded.

    Each says whether the viewer works there (``is_own``) and how many mails wait for a decision (``held``: in all).
    """
    found: list[Any] | None = viewer.__dict__.get("_rooms")
    if found is None:
        mails = access.visible(viewer, InboundMail.objects.filter(state=InboundState.ATTENTION))
        number = mails.order_by().values("state").annotate(number=Count("id")).values("number")
        own = Q() if access.holds(viewer, EVERYWHERE) else of_departments("pk")(viewer)
        is_own = Case(When(own or Q(pk__isnull=False), then=True), default=False)
        seen = access.visible(viewer, Department.objects.all())
        found = viewer.__dict__["_rooms"] = list(seen.annotate(held=Subquery(number), is_own=is_own))
    return found


def counts(viewer: Any) -> Counts:
    """All counts, in one query over the open tickets."""
    counted = [each for each in QUEUES.values() if each.is_counted]
    wanted = {each.key: Count("id", filter=each.condition(viewer)) for each in counted}
    rows = list(
        access.visible(viewer, Ticket.objects.active()).order_by().values("department").annotate(**wanted)
    )
    return Counts(
        queues={each.key: sum(row[each.key] for row in rows) for each in counted},
        departments={row["department"]: row["open"] for row in rows},
    )
