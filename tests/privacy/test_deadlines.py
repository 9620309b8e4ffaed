"""The clock of Art. 12 (3): one month, three when extended, never on a weekend."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.deadlines import due_on, months_after


@pytest.mark.parametrize(
    ("received", "months", "expected"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(received: date, months: int, expected: date) -> None:
    assert months_after(received, months) == expected


@pytest.mark.parametrize(
    ("received", "extended", "expected"),
    [
        (date(2026, 10, 12), False, date(2026, 11, 12)),  # a Thursday
        (date(2026, 10, 14), False, date(2026, 11, 16)),  # a Saturday
        (date(2026, 10, 15), False, date(2026, 11, 16)),  # a Sunday
        (date(2026, 10, 16), False, date(2026, 11, 16)),  # a Monday
        (date(2026, 10, 15), True, date(2027, 1, 15)),  # a Friday
    ],
)
def test_a_weekend_moves_the_day(received: date, extended: bool, expected: date) -> None:
    assert due_on(received, extended=extended) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_it_is_a_working_day_within_a_month_and_three_days(received: date) -> None:
    last = due_on(received)
    assert last.weekday() < 5
    assert 28 <= (last - received).days <= 33
    assert last <= due_on(received, extended=True)
