"""An approved request takes effect: erased, restricted, not processed for a purpose. Safe to repeat."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from privacy import actor, erasure, people, restriction
from privacy.enums import RequestKind, RequestState, RestrictionGround
from privacy.erasure import hooks, ledger
from privacy.models import DataRequest, Person
from privacy.requests.deciding import complete

Effect = Callable[[DataRequest, Person], None]


def carry_out(request: DataRequest) -> bool:
    """Do what was approved, once its delay is over; whether it is done. Raises erasure.NotNow.

    An erasure is only begun here: at 70,000 tickets it outlives any request of a browser.
    """
    subject = people.find(request.subject_id)
    if subject is None or request.state != RequestState.APPROVED or _is_early(request):
        return False
    if request.kind == RequestKind.ERASURE:
        return _erase(request, subject)
    if effect := EFFECTS.get(request.kind):
        with actor.acting(None):
            effect(request, subject)
        complete(request, by=None)
    return True


def carry_out_due() -> int:
    """What was approved and is due; how many were done. What can't be done now waits, and stays in sight."""
    done = 0
    due = DataRequest.objects.filter(state=RequestState.APPROVED, not_before__lte=timezone.now())
    for request in due.order_by("not_before"):
        try:
            done += carry_out(request)
        except erasure.NotNow:
            continue
    return done


def connect() -> None:
    """Whoever finishes an erasure settles what its person had asked for."""
    hooks.finished.append(close_erased)


def close_erased(subject_id: UUID) -> None:
    """The requests of somebody who is erased are settled: their texts are gone with the key."""
    left: Any = QuerySet(DataRequest).filter(subject_id=subject_id, closed_at__isnull=True)
    for request in left:
        request.closed_at = timezone.now()
        request.state = RequestState.DONE if request.kind == RequestKind.ERASURE else RequestState.WITHDRAWN
        request.save(update_fields=["closed_at", "state"])


def _is_early(request: DataRequest) -> bool:
    return request.not_before is not None and request.not_before > timezone.now()


def _erase(request: DataRequest, subject: Person) -> bool:
    """Close the doors now; a worker does the rest, and settles the request when it is through."""
    entry = ledger.find(subject.pk)
    if entry is None:
        if request.settles_open:
            erasure.settle(subject, by=None)
        entry = erasure.begin(subject, by=request.approved_by, request_id=request.pk)
    if entry.finished_at is None:
        return False
    close_erased(subject.pk)
    return True


def _restrict(request: DataRequest, subject: Person) -> None:
    ground = RestrictionGround(request.ground or RestrictionGround.CONTESTED)
    restriction.restrict(subject, ground, by=None, request_id=request.pk)


def _object(request: DataRequest, subject: Person) -> None:
    restriction.object_to(subject, request.purpose, by=None, request_id=request.pk)


EFFECTS: dict[Any, Effect] = {RequestKind.RESTRICTION: _restrict, RequestKind.OBJECTION: _object}
"""What each kind does by itself; higher apps add theirs (a change of address). Others are done by people."""
