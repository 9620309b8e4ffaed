"""Reminders: those who handle requests are mailed once before a deadline, and once when it has passed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from privacy import access, actor, notices
from privacy.models import DataRequest, User
from privacy.models.hold import DATA_REQUESTS

SOON = timedelta(days=7)
BEFORE, AFTER = "before", "after"


def remind() -> int:
    """Tell of what is due within a week, and of what is late; returns of how many. Each is told of once."""
    people = responsible()
    waiting = _waiting() if people else DataRequest.objects.none()
    return sum(_remind(request_id, people) for request_id in list(waiting.values_list("pk", flat=True)))


def responsible() -> list[User]:
    """Everybody who handles requests."""
    staff = User.objects.filter(is_active=True).order_by("created_at", "id")
    return [each for each in staff if access.holds(each, DATA_REQUESTS)]


def due(request: DataRequest) -> str:
    """Which reminder it is time for; nothing if none is, or it went out."""
    if request.is_overdue:
        code = AFTER
    elif request.is_unsettled and request.due_on <= timezone.localdate() + SOON:
        code = BEFORE
    else:
        return ""
    return "" if code in request.reminded else code


def _waiting() -> Any:
    near = DataRequest.objects.unsettled().filter(due_on__lte=timezone.localdate() + SOON)
    return near.exclude(reminded__contains=[AFTER]).order_by("due_on", "id")


def _remind(request_id: UUID, people: list[User]) -> bool:
    with transaction.atomic(), actor.acting(None):
        free = DataRequest.objects.select_for_update(skip_locked=True)
        request: DataRequest | None = free.filter(pk=request_id).first()
        code = due(request) if request is not None else ""
        if request is None or not code:
            return False
        request.reminded = [*request.reminded, code]
        request.save(update_fields=["reminded"])
        link = settings.SITE_URL + reverse("desk:request", args=[request.pk])
        for person in people:
            notices.send(person, "request_due", wanted=request, is_late=code == AFTER, link=link)
    return True
