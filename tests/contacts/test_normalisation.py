"""What somebody is known by: recognised from its shape, in one normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.enums import IdentityKind
from contacts.normalisation import canonical, kind_of, normalise

EMAIL, PHONE, HANDLE = IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.HANDLE


@pytest.mark.parametrize(
    ("value", "kind", "normal"),
    [
        ("Anna@Example.org", EMAIL, "anna@example.org"),
        (" anna@localhost ", EMAIL, "anna@localhost"),
        ("@Anna_B", HANDLE, "@anna_b"),
        ("030 901820", PHONE, "+4930901820"),
        ("+49 (30) 901820", PHONE, "+4930901820"),
    ],
)
def test_the_shape_tells_the_kind(value: str, kind: IdentityKind, normal: str) -> None:
    assert kind_of(value) == kind
    assert normalise(value) == (kind, normal)
    assert normalise(normal) == (kind, normal)
    assert canonical(value) == f"{kind}:{normal}"


@pytest.mark.parametrize("value", ["", "Anna", "Anna 42", "@", "@anna@example.org", "?!", "anna@", "-"])
def test_what_nobody_is_known_by(value: str) -> None:
    with pytest.raises(ValueError):
        normalise(value)


def test_a_kind_that_is_given_counts() -> None:
    assert normalise("anna_b", HANDLE) == (HANDLE, "@anna_b")
    with pytest.raises(ValueError):
        normalise("anna_b")
    with pytest.raises(ValueError):
        normalise("anna@example.org", PHONE)
    with pytest.raises(ValueError):
        normalise("anna@example.org", "fax")


@given(st.text(max_size=30) | st.emails() | st.from_regex(r"@\w{1,20}|\+?[0-9 ]{6,15}", fullmatch=True))
def test_any_text_has_a_stable_normal_form_or_none(text: str) -> None:
    try:
        kind, normal = normalise(text)
    except ValueError:
        return
    assert normalise(normal) == (kind, normal)
    assert canonical(normal) == canonical(text)
