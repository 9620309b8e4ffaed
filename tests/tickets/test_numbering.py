"""Ticket numbers: short, human, each handed out once."""

import pytest

from tests.threads import together
from tickets import numbering

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def test_numbers_rise() -> None:
    one, other = numbering.next_number(), numbering.next_number()
    assert other > one >= numbering.FIRST


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_no_number_is_handed_out_twice() -> None:
    drawn = together(*[lambda: [numbering.next_number() for _ in range(50)]] * 6)
    numbers = [number for numbers in drawn for number in numbers]
    assert len({*numbers}) == len(numbers) == 300


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: Your order [#1001]", [1001]),
        ("[#1001] AW: [#2002]", [1001, 2002]),
        ("1001 #1001 [1001] (#1001) [# 1001]", []),
        ("", []),
        (f"[#{'9' * 13}]", []),
        ("[#٣]", []),
    ],
)
def test_only_our_form_counts(subject: str, numbers: list[int]) -> None:
    assert numbering.numbers_in(subject) == numbers


def test_the_mark_is_found_again() -> None:
    assert numbering.numbers_in(f"Re: {numbering.mark(1234)} hello") == [1234]
