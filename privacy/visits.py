"""Visits: sign-ins of staff that they can see and end, and the notice of one from a browser not seen before."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from privacy import actor, sessions
from privacy.enums import SignInWay
from privacy.models import Session, User, Visit
from privacy.vault.blind import mac


@dataclass(frozen=True, slots=True)
class Origin:
    """Where somebody signs in from: a browser's own secret, and coarse words for device and network."""

    browser: str
    device: str
    network: str


@transaction.atomic
def begin(user: User, origin: Origin, way: SignInWay) -> Visit:
    """Note a sign-in. A notice is due if others came before it, and none from this browser."""
    browser = mac("privacy.visit.browser", f"{user.pk}:{origin.browser}")
    earlier = Visit.objects.filter(user=user)
    is_new = earlier.exists() and not earlier.filter(browser=browser).exists()
    visit = Visit(user=user, browser=browser, way=way, notice_due=is_new)
    visit.device, visit.network = origin.device, origin.network
    visit.save()
    return visit


def seen(visit_id: Any) -> None:
    """Note that a visit is still going on."""
    Visit.objects.filter(pk=visit_id).update(seen_at=actor.now())


def open_ones(visits: Any) -> Any:
    """Those visits whose session is still there, the last seen first."""
    living = Session.objects.filter(expire_date__gt=actor.now()).exclude(visit_id=None)
    return visits.filter(pk__in=living.values("visit_id")).order_by("-seen_at", "-id")


def end(visit: Visit) -> None:
    """End a visit: its next request finds nobody signed in."""
    sessions.end_of_visit(visit.pk)


def end_others(user: User, *, but: Any) -> int:
    """End all visits of somebody but this one; returns how many."""
    return sessions.end_of_user(user.pk, but=but)
