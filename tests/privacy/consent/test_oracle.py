"""Whatever people do in whatever order: standing and due say what a simple oracle says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy import consent
from privacy.models import ConsentPurpose
from tests import factories

pytestmark = pytest.mark.django_db
ACTS = ("yes", "no", "withdraw", "confirm", "reword", "wait")
A_WHILE = timedelta(days=16)
MONTH = timedelta(days=24)  # between one wait and two, as every month is


@dataclass
class Oracle:
    """Three facts: until when it is given, whether it waits for its confirmation, whether these words were asked."""

    needs_confirmation: bool
    lasts: timedelta
    given_until: datetime | None = None
    waits: bool = False
    asked: bool = False

    def does(self, act: str, now: datetime) -> None:
        if self.given_until is not None and now >= self.given_until:
            self.given_until, self.asked = None, False
        if act == "yes":
            self.asked = True
            if self.given_until is None and self.needs_confirmation:
                self.waits = True
            elif self.given_until is None:
                self.given_until = now + self.lasts
        elif act == "confirm" and self.waits:
            self.given_until, self.waits = now + self.lasts, False
        elif act in ("no", "withdraw", "reword"):
            self.given_until, self.waits = None, False
            self.asked = act == "no" or (act == "withdraw" and self.asked)


def do(act: str, who: UUID, purpose: ConsentPurpose) -> None:
    wording = consent.newest(purpose)[0]
    if act in ("yes", "no"):
        consent.answer(who, wording, act == "yes", form="ticket", by=None)
    elif act == "withdraw":
        consent.withdraw(who, purpose, form="portal", by=None)
    elif act == "confirm":
        consent.confirm(who, purpose, by=None)
    elif act == "reword":
        consent.reword(purpose, {"en": ("Title", uuid4().hex)}, by=None)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.sampled_from(ACTS), max_size=10), needs_confirmation=st.booleans(), expires=st.booleans()
)
def test_standing_and_due_follow_the_oracle(
    db: None, acts: list[str], needs_confirmation: bool, expires: bool
) -> None:
    purpose = factories.purpose(
        uuid4().hex, needs_confirmation=needs_confirmation, valid_months=1 if expires else None
    )
    now = timezone.now()
    who, oracle = uuid4(), Oracle(needs_confirmation, MONTH if expires else timedelta(days=9999))
    for act in acts:
        now += A_WHILE if act == "wait" else timedelta(seconds=1)
        with time_machine.travel(now, tick=False):
            oracle.does(act, now)
            do(act, who, purpose)
            agrees(oracle, who, purpose)


def agrees(oracle: Oracle, who: UUID, purpose: ConsentPurpose) -> None:
    [stand] = [each for each in consent.standing(who) if each.purpose == purpose]
    assert stand.is_given == consent.may_process(who, purpose.key) == (oracle.given_until is not None)
    assert stand.is_pending == oracle.waits
    assert (purpose in [each.purpose for each in consent.due(who, "ticket")]) == (not oracle.asked)
    assert purpose not in [each.purpose for each in consent.due(who, "nowhere")]
