"""Key-encryption keys that a test can choose."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from privacy.vault import kek, keys

Choose = Callable[..., None]


def listed(*ids: str) -> str:
    """A value for PRIVACY_KEKS: the same key for the same id every time."""
    return ",".join(f"{each}:{base64.b64encode(each.encode().ljust(32, b'.')).decode()}" for each in ids)


@pytest.fixture
def choose_keks(settings: Any) -> Iterator[Choose]:
    """``choose_keks("new", "old")``: these are in PRIVACY_KEKS from here on, the first one is current."""

    def choose(*ids: str) -> None:
        settings.PRIVACY_KEKS = listed(*ids)
        kek.provider.cache_clear()
        keys.forget()

    yield choose
    kek.provider.cache_clear()
