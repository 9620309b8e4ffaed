"""What stops the start: each failure is one sentence that names the key."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured

from privacy.vault import kek, keys, startup
from privacy.vault.models import Sentinel, SubjectKey

from .conftest import Choose, listed

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
GOOD = "5a" * 32


def refused() -> str:
    """The sentence with which the start is refused."""
    with pytest.raises(ImproperlyConfigured) as caught:
        startup.check_keys()
    return str(caught.value)


def test_a_first_start_leaves_a_sentinel_and_the_next_one_finds_it(choose_keks: Choose) -> None:
    choose_keks("2026a")
    startup.check_keys()
    startup.check_keys()
    assert list(Sentinel.objects.using("vault").values_list("kek_id", flat=True)) == ["2026a"]


def test_another_key_under_the_same_name_is_refused(choose_keks: Choose, settings: Any) -> None:
    choose_keks("2026a")
    startup.check_keys()
    settings.PRIVACY_KEKS = listed("other").replace("other", "2026a")
    kek.provider.cache_clear()
    assert refused() == "Start refused: The key-encryption key “2026a” does not open what it wrapped."


def test_it_is_refused_as_well_when_no_sentinel_was_left(choose_keks: Choose, settings: Any) -> None:
    """Keys can be minted by a command before a server ever started."""
    choose_keks("2026a")
    keys.for_writing(uuid4())
    settings.PRIVACY_KEKS = listed("other").replace("other", "2026a")
    kek.provider.cache_clear()
    assert refused() == "Start refused: The key-encryption key “2026a” does not open what it wrapped."
    assert not Sentinel.objects.using("vault").exists()


@pytest.mark.parametrize("with_sentinel", [True, False])
def test_a_key_still_in_use_may_not_leave_the_list(choose_keks: Choose, with_sentinel: bool) -> None:
    choose_keks("2025b")
    if with_sentinel:
        startup.check_keys()
    keys.for_writing(uuid4())
    choose_keks("2026a")
    said = refused()
    assert "“2025b” is not in PRIVACY_KEKS" in said


def test_a_key_that_wraps_nothing_may_leave_the_list(choose_keks: Choose) -> None:
    choose_keks("2025b")
    startup.check_keys()
    made = keys.for_writing(uuid4())
    SubjectKey.objects.using("vault").filter(pk=made.id).delete()
    choose_keks("2026a")
    startup.check_keys()


def test_a_destroyed_key_needs_no_kek(choose_keks: Choose) -> None:
    choose_keks("2025b")
    subject = uuid4()
    keys.for_writing(subject)
    keys.destroy(subject)
    choose_keks("2026a")
    startup.check_keys()


@pytest.mark.parametrize("name", startup.SECRETS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "has 0 bytes. It needs 64 hex digits (32 bytes)."),
        ("abcd", "has 2 bytes. It needs 64 hex digits (32 bytes)."),
        ("zz" * 32, "is not hexadecimal. It needs 64 hex digits (32 bytes)."),
    ],
)
def test_a_secret_of_wrong_shape_is_named(
    settings: Any, choose_keks: Choose, name: str, value: str, said: str
) -> None:
    choose_keks("2026a")
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured) as caught:
        startup.check_settings()
    assert str(caught.value) == f"{name} {said}"


@pytest.mark.parametrize("name", startup.SECRETS)
def test_no_secret_may_be_the_secret_key(settings: Any, choose_keks: Choose, name: str) -> None:
    choose_keks("2026a")
    settings.SECRET_KEY = GOOD
    setattr(settings, name, GOOD)
    with pytest.raises(ImproperlyConfigured, match=f"{name} must not be the SECRET_KEY"):
        startup.check_settings()


def test_no_secret_may_be_used_for_two_things(settings: Any, choose_keks: Choose) -> None:
    choose_keks("2026a")
    settings.PRIVACY_INDEX_KEY = settings.PRIVACY_SEAL_KEY = GOOD
    with pytest.raises(ImproperlyConfigured, match="PRIVACY_SEAL_KEY must not be the PRIVACY_INDEX_KEY"):
        startup.check_settings()


def test_a_development_key_is_refused_with_debug_off(settings: Any, choose_keks: Choose) -> None:
    choose_keks("development")
    settings.DEBUG = True
    startup.check_settings()
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured, match="“development” is a development key"):
        startup.check_settings()
