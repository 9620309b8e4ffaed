"""Normal forms: one form for all ways of writing the same address, number or handle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.identifiers import normalise_email, normalise_handle, normalise_phone

label = st.text(st.characters(codec="utf-8", exclude_characters="@. \t\n\r"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  Anna.Beispiel@EXAMPLE.Org\n", "anna.beispiel@example.org"),
        ("ＡＮＮＡ@example.org", "anna@example.org"),
        ("anna@BÜCHER.example", "anna@xn--bcher-kva.example"),
        ("anna@bu\u0308cher.example", "anna@xn--bcher-kva.example"),
        ("anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("JÜRGEN@example.org", "jürgen@example.org"),
        ("anna+shop@example.org", "anna+shop@example.org"),
        ('"odd@local"@example.org', '"odd@local"@example.org'),
        ("anna@localhost", "anna@localhost"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "strasse@example.org"),
    ],
)
def test_addresses(written: str, normal: str) -> None:
    assert normalise_email(written) == normal


@pytest.mark.parametrize(
    "written", ["", "anna", "@example.org", "anna@", "an na@example.org", "a@b\u00a0c.de", "@"]
)
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        normalise_email(written)


@given(label, label)
def test_a_normal_address_is_its_own_normal_form(local: str, domain: str) -> None:
    try:
        once = normalise_email(f"{local}@{domain}")
    except ValueError:
        return
    assert normalise_email(once) == once


@given(
    st.from_regex(r"[a-z0-9.+_-]{1,20}", fullmatch=True),
    st.from_regex(r"[a-z0-9]{1,10}\.[a-z]{2,5}", fullmatch=True),
)
def test_case_and_space_around_do_not_matter(local: str, domain: str) -> None:
    assert normalise_email(f" {local.upper()}@{domain.title()} ") == normalise_email(f"{local}@{domain}")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("030 901820", "+4930901820"),
        ("+49 (0)30 / 90 18-20", "+4930901820"),
        ("0049 30 901820", "+4930901820"),
        ("+1 212 555 0100", "+12125550100"),
        ("+4930901820", "+4930901820"),
    ],
)
def test_phone_numbers(written: str, normal: str) -> None:
    assert normalise_phone(written) == normal


def test_a_national_number_belongs_to_the_region_set(settings: object) -> None:
    settings.PHONE_REGION = "US"  # type: ignore[attr-defined]
    assert normalise_phone("212 555 0100") == "+12125550100"


@pytest.mark.parametrize("written", ["", "12", "110", "not a number", "+", "+999 123", "0" * 40])
def test_what_is_no_phone_number(written: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        normalise_phone(written)


@given(st.from_regex(r"\+?[0-9 ()/-]{3,20}", fullmatch=True))
def test_a_normal_number_is_its_own_normal_form(written: str) -> None:
    try:
        once = normalise_phone(written)
    except ValueError:
        return
    assert normalise_phone(once) == once


@pytest.mark.parametrize(
    ("written", "normal"), [("@Anna_B", "anna_b"), ("anna_b", "anna_b"), (" @ANNA ", "anna")]
)
def test_handles(written: str, normal: str) -> None:
    assert normalise_handle(written) == normal


@pytest.mark.parametrize("written", ["", "@", "@@anna", "anna b", "änna", "a" * 31, "anna@x.de"])
def test_what_is_no_handle(written: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        normalise_handle(written)
