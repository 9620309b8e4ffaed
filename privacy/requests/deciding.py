"""A request is decided: approved by somebody who didn't record it, refused with the reason, withdrawn, completed."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.enums import UNSETTLED, Proof, Refusal, RequestKind, RequestState
from privacy.models import DataRequest
from privacy.requests.checklist import awaits_addresses


class CannotDecide(ValueError):
    """This can't be done with this request; the text says why, for people."""


@transaction.atomic
def approve(request: DataRequest, *, by: Any, settles_open: bool = False) -> DataRequest:
    """Let it be carried out: at once, or after the delay that the installation has set. Raises CannotDecide.

    ``settles_open``: what is still open (tickets) is closed or handed over first, because this person says so.
    """
    access.demand(by, Act.UPDATE, request)
    with actor.acting(by):
        request = locked(request)
        if request.state != RequestState.OPEN:
            raise CannotDecide(_("This request isn't open."))
        if awaits_addresses(request):
            raise CannotDecide(_("Both addresses have to be confirmed first. The links were mailed to them."))
        if request.proof == Proof.NONE:
            raise CannotDecide(_("First say how we know that it is the person who asks."))
        if needs_another(request, by):
            raise CannotDecide(_("You recorded this request: somebody else has to approve it."))
        request.state, request.settles_open = RequestState.APPROVED, settles_open
        request.approved_by, request.approved_at = by, actor.now()
        request.not_before = actor.now() + delay_of(request)
        request.save()
    return request


@transaction.atomic
def refuse(request: DataRequest, refusal: Refusal, *, answer: str, by: Any) -> DataRequest:
    """Say no, and why (Art. 12 (4)). Raises CannotDecide."""
    access.demand(by, Act.UPDATE, request)
    with actor.acting(by):
        request = _unsettled(request)
        request.state, request.refusal, request.answer = RequestState.REFUSED, refusal, answer
        request.closed_at = actor.now()
        request.save()
    return request


@transaction.atomic
def withdraw(request: DataRequest, *, by: Any) -> DataRequest:
    """The person doesn't want it any more, or an approval is taken back during its delay. Raises CannotDecide."""
    access.demand(by, Act.UPDATE, request)
    with actor.acting(by):
        request = locked(request)
        if request.state not in (*UNSETTLED, RequestState.UNCONFIRMED):
            raise CannotDecide(_("This request has been settled."))
        request.state, request.closed_at = RequestState.WITHDRAWN, actor.now()
        request.save()
    return request


@transaction.atomic
def complete(request: DataRequest, *, answer: str = "", by: Any) -> DataRequest:
    """It is done and answered. Raises CannotDecide."""
    access.demand(by, Act.UPDATE, request)
    with actor.acting(by):
        request = _unsettled(request)
        request.state, request.closed_at = RequestState.DONE, actor.now()
        if answer:
            request.answer = answer
        request.save()
    return request


def needs_another(request: DataRequest, by: Any) -> bool:
    """Whether an erasure recorded by this very person waits for a second one."""
    is_same = request.recorded_by is not None and request.recorded_by == getattr(by, "pk", None)
    return request.kind == RequestKind.ERASURE and settings.ERASURE_SECOND_PERSON and is_same


def delay_of(request: DataRequest) -> timedelta:
    """How long an approved request can still be taken back."""
    days = settings.ERASURE_DELAY_DAYS if request.kind == RequestKind.ERASURE else 0
    return timedelta(days=days)


def locked(request: DataRequest) -> DataRequest:
    """The request as it is now, held against others until the transaction ends."""
    found: DataRequest = DataRequest.objects.select_for_update().get(pk=request.pk)
    return found


def _unsettled(request: DataRequest) -> DataRequest:
    request = locked(request)
    if not request.is_unsettled:
        raise CannotDecide(_("This request has been settled."))
    return request
