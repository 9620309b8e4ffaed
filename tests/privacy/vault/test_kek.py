"""Key-encryption keys: how they are given, and what is said when they are wrong."""

import base64
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import kek
from privacy.vault.errors import KeyUnavailable, Tampered

from .conftest import listed

SECRET = base64.b64encode(bytes(range(32))).decode()


def test_the_first_key_is_the_current_one() -> None:
    made = kek.ListedKeks(listed("2026a", "2025b"))
    assert (made.current_id(), made.ids()) == ("2026a", ["2026a", "2025b"])
    wrapped = made.wrap(uuid4(), b"k" * 32)
    assert wrapped.kek_id == "2026a"
    assert b"k" * 32 not in wrapped.wrapped
    assert made.unwrap_many([wrapped]) == [b"k" * 32]


def test_an_older_key_still_opens_what_it_wrapped() -> None:
    key_id = uuid4()
    wrapped = kek.ListedKeks(listed("old")).wrap(key_id, b"k" * 32)
    assert kek.ListedKeks(listed("new", "old")).unwrap_many([wrapped]) == [b"k" * 32]


def test_a_missing_key_is_named() -> None:
    wrapped = kek.ListedKeks(listed("2025b")).wrap(uuid4(), b"k" * 32)
    with pytest.raises(KeyUnavailable, match="“2025b” is not in PRIVACY_KEKS"):
        kek.ListedKeks(listed("2026a")).unwrap_many([wrapped])


def test_another_key_under_the_same_name_is_noticed() -> None:
    wrapped = kek.ListedKeks(listed("2026a")).wrap(uuid4(), b"k" * 32)
    impostor = "2026a:" + base64.b64encode(os.urandom(32)).decode()
    with pytest.raises(Tampered, match="“2026a” does not open what it wrapped"):
        kek.ListedKeks(impostor).unwrap_many([wrapped])


def test_a_wrapped_key_does_not_open_under_another_id() -> None:
    made = kek.ListedKeks(listed("2026a"))
    wrapped = made.wrap(uuid4(), b"k" * 32)
    with pytest.raises(Tampered):
        made.unwrap_many([kek.Wrapped(uuid4(), wrapped.kek_id, wrapped.wrapped)])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "PRIVACY_KEKS is empty"),
        (" , ,", "PRIVACY_KEKS is empty"),
        ("2026a:not base64!", "the key “2026a” is not valid base64"),
        ("2026a:AAAA", "the key “2026a” has 3 bytes; it needs 32"),
        ("2026a:", "the key “2026a” has 0 bytes; it needs 32"),
        (f"2026a:{SECRET},2025b:AAAA", "the key “2025b” has 3 bytes"),
        (f"2026a:{SECRET},2026a:{SECRET}", "two keys are named “2026a”"),
        (f"2026a:{SECRET},{SECRET}", "entry 2 has no name"),
        (f":{SECRET}", "entry 1 has no name"),
        (f"{'x' * 33}:{SECRET}", "entry 1 has no name"),
        (f"{SECRET}:2026a", "entry 1 has no name"),
    ],
)
def test_each_mistake_is_a_sentence_that_names_the_key(given: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        kek.parse(given)
    assert said in str(caught.value)


@given(
    st.text(max_size=80).map(lambda text: text + "!") | st.sampled_from([SECRET, SECRET + ":", ":" + SECRET])
)
def test_no_mistake_shows_a_secret(entry: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        kek.parse(f"2026a:{SECRET},{entry}")
    assert SECRET not in str(caught.value)


def test_keys_may_come_from_a_file(settings: Any, tmp_path: Path) -> None:
    settings.PRIVACY_KEKS_FILE = str(tmp_path / "keks")
    (tmp_path / "keks").write_text(listed("2026a", "2025b").replace(",", "\n") + "\n")
    assert kek.FileKeks().ids() == ["2026a", "2025b"]


@pytest.mark.parametrize("name", ["", "/nowhere/at/all"])
def test_a_file_that_is_not_there_is_a_sentence(settings: Any, name: str) -> None:
    settings.PRIVACY_KEKS_FILE = name
    with pytest.raises(ImproperlyConfigured, match="PRIVACY_KEKS_FILE"):
        kek.FileKeks()


def test_the_setting_names_the_provider(settings: Any, tmp_path: Path, choose_keks: Any) -> None:
    settings.PRIVACY_KEKS_FILE = str(tmp_path / "keks")
    (tmp_path / "keks").write_text(listed("from-file"))
    settings.PRIVACY_KEK_PROVIDER = "privacy.vault.kek.FileKeks"
    choose_keks("from-setting")
    assert (kek.provider().current_id(), kek.known_ids()) == ("from-file", ["from-file"])
