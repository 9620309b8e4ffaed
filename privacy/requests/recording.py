"""A request comes in: it is recorded, confirmed, its identity checked, its month counted."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import access, actor, deadlines
from privacy.access import Act
from privacy.enums import Arrival, Proof, RequestKind, RequestState
from privacy.models import DataRequest, Person, User
from privacy.requests.checklist import NEW_ADDRESS, OLD_ADDRESS, awaits_addresses, steps_of
from privacy.requests.deciding import CannotDecide, locked


@transaction.atomic
def record(
    kind: RequestKind,
    subject: Person,
    *,
    by: Any,
    arrival: Arrival,
    wish: str = "",
    received_on: date | None = None,
    origin_id: UUID | None = None,
    proof: Proof = Proof.NONE,
    **particulars: Any,
) -> DataRequest:
    """Write a request down. ``particulars``: ``purpose``, ``ground`` or ``new_address``, as its kind needs.

    What a person asks for in the portal waits until they have followed the link in our mail; what staff write down
    is open at once. Raises CannotDecide if the same is open already.
    """
    access.demand(by, Act.CREATE, DataRequest)
    received = received_on or timezone.localdate()
    same = DataRequest.objects.filter(subject_id=subject.pk, kind=kind)
    if kind == RequestKind.ERASURE and same.unsettled().exists():
        raise CannotDecide(_("This has been asked for already, and is being worked on."))
    with actor.acting(by):
        made = DataRequest(
            kind=kind,
            subject_id=subject.pk,
            arrival=arrival,
            origin_id=origin_id,
            recorded_by=by.pk if isinstance(by, User) else None,
            wish=wish,
            received_on=received,
            due_on=deadlines.due_on(received),
            proof=proof,
            state=RequestState.OPEN if isinstance(by, User) or by is None else RequestState.UNCONFIRMED,
            **particulars,
        )
        made.save()
    return made


@transaction.atomic
def confirm(request: DataRequest, *, by: Any, address: str = OLD_ADDRESS) -> DataRequest:
    """The person followed the link in our mail to this address. For another address, both have to be confirmed."""
    with actor.acting(by):
        request = locked(request)
        if request.state not in (RequestState.UNCONFIRMED, RequestState.OPEN):
            return request
        request.steps = [*request.steps, *([] if address in request.steps else [address])]
        if address == OLD_ADDRESS:
            request.proof = Proof.LINK
        if not awaits_addresses(request):
            request.state = RequestState.OPEN
        request.save()
    return request


def awaiting(subject_id: UUID) -> DataRequest | None:
    """The newest request of a person whose link they haven't followed yet."""
    waiting = DataRequest.objects.filter(subject_id=subject_id)
    waiting = waiting.filter(state__in=(RequestState.UNCONFIRMED, RequestState.OPEN)).order_by("-created_at")
    return next((each for each in waiting[:20] if awaits_addresses(each)), None)


@transaction.atomic
def note_proof(request: DataRequest, proof: Proof, *, by: Any) -> DataRequest:
    """Write down how we know who asks."""
    access.demand(by, Act.UPDATE, request)
    with actor.acting(by):
        request = locked(request)
        request.proof = proof
        request.save(update_fields=["proof"])
    return request


@transaction.atomic
def tick(request: DataRequest, step: str, *, is_done: bool, by: Any) -> DataRequest:
    """Tick a step of the checklist, or take the tick away; that an address was confirmed only its owner can say."""
    access.demand(by, Act.UPDATE, request)
    if step in (OLD_ADDRESS, NEW_ADDRESS):
        return request
    with actor.acting(by):
        request = locked(request)
        wanted = {*request.steps, step} if is_done else {*request.steps} - {step}
        known = (*steps_of(RequestKind(request.kind)), OLD_ADDRESS, NEW_ADDRESS)
        request.steps = [code for code in known if code in wanted]
        request.save(update_fields=["steps"])
    return request


@transaction.atomic
def extend(request: DataRequest, reason: str, *, by: Any) -> DataRequest:
    """Two months more, within the first (Art. 12 (3)); the person has to be told why. Raises CannotDecide."""
    access.demand(by, Act.UPDATE, request)
    with actor.acting(by):
        request = locked(request)
        if request.extended_at is not None or not request.is_unsettled:
            raise CannotDecide(_("This request can't be extended (again)."))
        if request.is_overdue:
            raise CannotDecide(_("The month is over: it can be extended within it only."))
        request.extended_at, request.extension_reason = actor.now(), reason
        request.due_on = deadlines.due_on(request.received_on, extended=True)
        request.reminded = []
        request.save()
    return request
