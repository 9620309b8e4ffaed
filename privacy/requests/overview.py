"""What is open, and what is late."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.enums import UNSETTLED, RequestState
from privacy.models import DataRequest

SETTLED = (RequestState.DONE, RequestState.REFUSED, RequestState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of unsettled requests."""

    open: int
    overdue: int


def standing() -> Standing:
    """How many are open, and how many of them overdue; in one query."""
    late = Count("pk", filter=Q(due_on__lt=timezone.localdate()))
    found = DataRequest.objects.unsettled().aggregate(open=Count("pk"), overdue=late)
    return Standing(found["open"], found["overdue"])


@dataclass(frozen=True, slots=True)
class Shelf:
    """A choice of requests."""

    key: str
    title: str | Promise
    condition: Callable[[], Q]


SHELVES: dict[str, Shelf] = {
    shelf.key: shelf
    for shelf in (
        Shelf("open", _("Open"), lambda: Q(state__in=UNSETTLED)),
        Shelf("overdue", _("Overdue"), lambda: Q(state__in=UNSETTLED, due_on__lt=timezone.localdate())),
        Shelf("unconfirmed", _("Not confirmed"), lambda: Q(state=RequestState.UNCONFIRMED)),
        Shelf("settled", _("Settled"), lambda: Q(state__in=SETTLED)),
    )
}


def on_shelf(key: str) -> Any:
    """The requests of a choice."""
    return DataRequest.objects.filter(SHELVES[key].condition())
