"""What is suggested, as a table: valid numbers and addresses, and no others."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.enums import SpotKind
from privacy.redaction import spots

FOUND = [
    ("My card is 4111 1111 1111 1111, thanks", [(SpotKind.CARD, "4111 1111 1111 1111")]),
    ("amex 378282246310005", [(SpotKind.CARD, "378282246310005")]),
    ("wrong check digit: 4111 1111 1111 1112", []),
    ("order 0000000000000000", []),
    (
        "Konto DE89 3704 0044 0532 0130 00 BITTE",
        [(SpotKind.IBAN, "DE89 3704 0044 0532 0130 00")],
    ),
    ("GB82WEST12345698765432.", [(SpotKind.IBAN, "GB82WEST12345698765432")]),
    ("DE88 3704 0044 0532 0130 00", []),
    (
        "call +44 20 7946 0958 or 030 901820",
        [(SpotKind.PHONE, "+44 20 7946 0958"), (SpotKind.PHONE, "030 901820")],
    ),
    ("write to anna.ahrens+x@post.example.", [(SpotKind.EMAIL, "anna.ahrens+x@post.example")]),
    ("ticket #4711, 3 of 5, on 24.12.2026", []),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_what_is_found(text: str, expected: list[tuple[SpotKind, str]]) -> None:
    assert [(spot.kind, spot.text) for spot in spots(text, "DE")] == expected


@given(st.text(st.sampled_from("0123456789 -+@.aDEGB/()\n"), max_size=120))
def test_spots_are_where_they_say_and_never_upon_each_other(text: str) -> None:
    found = spots(text, "DE")
    assert all(text[spot.start : spot.end] == spot.text for spot in found)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
