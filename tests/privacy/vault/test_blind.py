"""Blind indexes: keyed, separated by domain, and stable."""

import hashlib
import hmac
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import blind


def test_the_index_is_an_hmac_under_the_index_key(settings: Any) -> None:
    settings.PRIVACY_INDEX_KEY = "07" * 32
    expected = hmac.new(b"\x07" * 32, b"some.domain\x00anna@example.org", hashlib.sha256).digest()
    assert blind.mac("some.domain", "anna@example.org") == expected[:16]
    assert blind.mac("some.domain", "anna@example.org", length=32) == expected


def test_another_key_or_domain_gives_another_index(settings: Any) -> None:
    first = blind.mac("a", "anna")
    assert blind.mac("b", "anna") != first
    settings.PRIVACY_INDEX_KEY = "08" * 32
    assert blind.mac("a", "anna") != first


@given(st.text(st.characters()), st.text(st.characters()))
def test_equal_normal_forms_give_equal_indexes_and_others_do_not(one: str, other: str) -> None:
    index = blind.BlindIndex("test", str.casefold)
    assert (index.of(one) == index.of(other)) is (one.casefold() == other.casefold())
    assert len(index.of(one)) == blind.LENGTH
