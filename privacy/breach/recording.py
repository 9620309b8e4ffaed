"""What becomes of a breach, step by step; each step says who and when."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.breach.notices import TITLES
from privacy.enums import BreachState, Risk
from privacy.models import Breach


class NotYet(ValueError):
    """Something has to be said or done first; the text says what."""


@transaction.atomic
def record(given: dict[str, Any], *, by: Any) -> Breach:
    """Write a breach down; the clock runs from the moment in which it became known. Raises Denied."""
    access.demand(by, Act.CREATE, Breach)
    with actor.acting(by):
        made = Breach(recorded_by=getattr(by, "pk", None), **given)
        made.save()
    return made


@transaction.atomic
def rewrite(breach: Breach, given: dict[str, Any], *, by: Any) -> Breach:
    """Say more, or better, as long as it isn't closed. Raises Denied, NotYet."""
    found = _held(breach, by)
    with actor.acting(by):
        for name, value in given.items():
            setattr(found, name, value)
        found.save()
    return found


def write_notice(breach: Breach, code: str, text: str, *, by: Any) -> Breach:
    """Edit a notice; an empty text brings the draft back."""
    if code not in TITLES:
        raise ValueError(code)
    return rewrite(breach, {code: text.strip()}, by=by)


@transaction.atomic
def tell_authority(breach: Breach, *, by: Any) -> Breach:
    """The authority was told. Late, the reason has to be there (Art. 33 (1)). Raises Denied, NotYet."""
    found = _held(breach, by)
    if found.risk == Risk.UNKNOWN:
        raise NotYet(_("Assess the risk first."))
    if actor.now() > found.due_at and not found.delay_reason:
        raise NotYet(_("It is more than 72 hours ago: say first why it is late."))
    return _step(
        found, by, authority_told_at=actor.now(), authority_told_by=by.pk, state=BreachState.NOTIFIED
    )


@transaction.atomic
def tell_persons(breach: Breach, *, by: Any) -> Breach:
    """The persons were told. Raises Denied, NotYet."""
    return _step(_held(breach, by), by, persons_told_at=actor.now(), persons_told_by=by.pk)


@transaction.atomic
def close(breach: Breach, *, by: Any) -> Breach:
    """Nothing is left to do. Raises Denied, NotYet."""
    found = _held(breach, by)
    if found.risk == Risk.UNKNOWN:
        raise NotYet(_("Assess the risk first."))
    if not found.risk_reason:
        raise NotYet(_("Say first why the risk is seen so."))
    if found.is_clock_running:
        raise NotYet(_("The authority has to be told first."))
    if found.needs_persons:
        raise NotYet(_("The persons have to be told first."))
    return _step(found, by, closed_at=actor.now(), closed_by=by.pk, state=BreachState.CLOSED)


def _held(breach: Breach, by: Any) -> Breach:
    access.demand(by, Act.UPDATE, breach)
    found: Breach = Breach.objects.select_for_update().get(pk=breach.pk)
    if found.is_closed:
        raise NotYet(_("This is closed."))
    return found


def _step(breach: Breach, by: Any, **what: Any) -> Breach:
    with actor.acting(by):
        for name, value in what.items():
            setattr(breach, name, value)
        breach.save()
    return breach
