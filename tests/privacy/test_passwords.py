"""Passwords that are refused, and a list of stolen ones of any size."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from privacy.models import User
from privacy.passwords import holds

ALMA = User(email="alma.agent@helpdesk.example", full_name="Alma Agent")


def is_refused(password: str) -> bool:
    try:
        validate_password(password, ALMA)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "weak",
    [
        "correct",
        "password123456",
        "Password12345!",
        "P@ssw0rdP@ssw0rd",
        "qwertyuiop123456",
        "alma.agent@helpdesk.example",
        "AlmaAgentHelpdesk",
        "123456789012345",
        "aaaaaaaaaaaaaaaaaaaa",
        "iloveyouiloveyou",
    ],
)
def test_weak_ones_are_refused(weak: str) -> None:
    assert is_refused(weak)


@pytest.mark.parametrize(
    "good",
    [
        "an entirely different battery",
        "Schnee im Juli schmeckt nach Blech",
        "vB8#kq2!Lm0zW",
        "ß" * 3 + "umfgpwqzk7",
    ],
)
def test_good_ones_are_taken(good: str) -> None:
    assert not is_refused(good)


def test_an_empty_one_is_too_short_and_nothing_breaks() -> None:
    assert is_refused("")


def test_a_very_long_one_takes_no_time() -> None:
    assert not is_refused("an entirely different battery " * 400)


def listed(words: list[str], ending: bytes = b"\r\n") -> bytes:
    lines = sorted(hashlib.sha1(word.encode()).hexdigest().upper().encode() for word in words)
    return b"".join(line + b":" + str(number * 7).encode() + ending for number, line in enumerate(lines))


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 100, 1001])
def test_every_line_is_found_and_nothing_else(number: int, ending: bytes) -> None:
    words = [f"word {n}" for n in range(number)]
    file = io.BytesIO(listed(words, ending))
    for word in words:
        assert holds(file, hashlib.sha1(word.encode()).hexdigest().upper().encode())
    for word in ("other", "word -1", f"word {number}"):
        assert not holds(file, hashlib.sha1(word.encode()).hexdigest().upper().encode())
    assert not holds(file, b"0" * 40)
    assert not holds(file, b"F" * 40)


def test_a_stolen_one_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "stolen")
    (tmp_path / "stolen").write_bytes(listed(["an entirely different battery", "x"]))
    assert is_refused("an entirely different battery")
    assert not is_refused("an entirely different hedgehog")
