"""Fields of the portal's forms: what they accept, and what they make of it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tickets.forms.fields import AddressField, LineField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna  \t Lindqvist ", "Anna Lindqvist"),
        ("Anna\r\nBcc: x@y.example", "Anna Bcc: x@y.example"),
        ("\u202eannA", "annA"),
        ("ünïcödé 漢字 🙂", "ünïcödé 漢字 🙂"),
        ("\u200b", ""),
    ],
)
def test_a_line_is_one_line(typed: str, kept: str) -> None:
    assert LineField(required=False).clean(typed) == kept


@given(st.text(max_size=60))
def test_whatever_is_typed_stays_one_printable_line(typed: str) -> None:
    try:
        line = LineField(required=False).clean(typed)
    except ValidationError:
        return
    assert line == " ".join(line.split())
    assert "\n" not in line
    assert "\r" not in line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Anna@Example.ORG ", "anna@example.org"), ("anna@bücher.example", "anna@xn--bcher-kva.example")],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert AddressField().clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "a b@c.example", "a@b.example\nx", "a@b.example, c@d.example"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        AddressField().clean(typed)
