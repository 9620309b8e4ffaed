"""What an answer means now, and what a new one makes of it: tables."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from privacy.consent.reckoning import Proof, Said, decide, expiry, standing_of
from privacy.enums import Decision, Standing

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
D, S = Decision, Standing


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, S.NEVER),
        (Said(D.GIVEN, 2), S.GIVEN),
        (Said(D.GIVEN, 2, AFTER), S.GIVEN),
        (Said(D.GIVEN, 2, NOW), S.EXPIRED),
        (Said(D.GIVEN, 2, BEFORE), S.EXPIRED),
        (Said(D.GIVEN, 1, AFTER), S.OUTDATED),
        (Said(D.GIVEN, 3), S.OUTDATED),
        (Said(D.REFUSED, 2), S.REFUSED),
        (Said(D.REFUSED, 1), S.OUTDATED),
        (Said(D.WITHDRAWN, 2), S.WITHDRAWN),
        (Said(D.PENDING, 2), S.PENDING),
        (Said(D.PENDING, 1), S.OUTDATED),
    ],
)
def test_an_answer_holds_for_its_words_and_its_time(last: Said | None, expected: Standing) -> None:
    assert standing_of(last, 2, NOW) == expected


@pytest.mark.parametrize(
    ("standing", "yes", "no"),
    [
        (S.NEVER, D.GIVEN, D.REFUSED),
        (S.GIVEN, None, D.WITHDRAWN),
        (S.REFUSED, D.GIVEN, None),
        (S.WITHDRAWN, D.GIVEN, None),
        (S.PENDING, D.GIVEN, D.WITHDRAWN),
        (S.EXPIRED, D.GIVEN, D.REFUSED),
        (S.OUTDATED, D.GIVEN, D.REFUSED),
    ],
)
def test_who_is_known_decides_at_once(standing: Standing, yes: Decision, no: Decision) -> None:
    assert (decide(standing, True), decide(standing, False)) == (yes, no)


@pytest.mark.parametrize("standing", Standing)
def test_who_only_typed_an_address_overturns_nothing(standing: Standing) -> None:
    yes, no = (decide(standing, wants, proof=Proof.NONE) for wants in (True, False))
    if standing == S.NEVER:
        assert (yes, no) == (D.GIVEN, D.REFUSED)
    else:
        assert (yes, no) == (None if standing == S.GIVEN else D.PENDING, None)


@pytest.mark.parametrize(("standing", "proof"), list(product(Standing, Proof)))
def test_a_purpose_that_needs_confirmation_is_given_by_mail_only(standing: Standing, proof: Proof) -> None:
    said = decide(standing, True, proof=proof, needs_confirmation=True)
    if standing == S.GIVEN:
        assert said is None
    else:
        assert said == (D.GIVEN if proof == Proof.MAIL else D.PENDING)


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-05-05", 24, "2028-05-05"),
    ],
)
def test_a_consent_lasts_to_the_same_day_of_a_later_month(moment: str, months: int, expected: str) -> None:
    found = expiry(datetime.fromisoformat(f"{moment}T23:30:00+00:00"), months)
    assert found == datetime.fromisoformat(f"{expected}T23:30:00+00:00")


def test_without_a_limit_it_lasts() -> None:
    assert expiry(NOW, None) is None
