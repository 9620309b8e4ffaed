"""Rotation of key-encryption keys: resumable, and no row of data notices."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from contacts.models import Contact
from privacy.vault import kek, keys, rotation
from privacy.vault.errors import KeyUnavailable
from privacy.vault.fields import is_erased
from privacy.vault.models import SubjectKey
from tests import factories
from tests.threads import together

from .conftest import Choose

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def rotate() -> str:
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


@pytest.fixture
def people(choose_keks: Choose) -> list[Contact]:
    """Five people, whose keys are wrapped by the old key."""
    choose_keks("old")
    return list(factories.ContactFactory.create_batch(5))


def test_every_key_moves_and_every_value_opens(people: list[Contact], choose_keks: Choose) -> None:
    choose_keks("new", "old")
    assert rotation.waiting() == 5
    assert list(rotation.rewrap()) == [5]
    assert (rotation.waiting(), rotation.census()) == (0, {"new": 5})
    choose_keks("new")
    names = {contact.full_name for contact in Contact.objects.all()}
    assert names == {contact.full_name for contact in people}


def test_before_it_the_old_key_is_needed(people: list[Contact], choose_keks: Choose) -> None:
    choose_keks("new")
    contact = Contact.objects.get(pk=people[0].pk)
    with pytest.raises(KeyUnavailable, match="“old”"):
        _ = contact.full_name


def test_neither_rows_nor_history_are_touched(people: list[Contact], choose_keks: Choose) -> None:
    def everything() -> list[Any]:
        return [*Contact.objects.order_by("pk").values(), *Contact.history.order_by("pk").values()]

    before = everything()
    choose_keks("new", "old")
    rotate()
    assert everything() == before


def test_it_goes_on_where_it_was_stopped(
    people: list[Contact], choose_keks: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    choose_keks("new", "old")
    batches = rotation.rewrap()
    assert next(batches) == 2
    batches.close()  # stopped here
    assert rotation.census() == {"new": 2, "old": 3}
    assert all(contact.full_name for contact in Contact.objects.all())
    assert list(rotation.rewrap()) == [2, 1]
    assert rotation.census() == {"new": 5}


def test_killed_within_a_batch_it_leaves_the_batch_as_it_was(
    people: list[Contact], choose_keks: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_keks("new", "old")
    wrap, count = kek.ListedKeks.wrap, iter(range(10))

    def dies_at_the_third(self: kek.ListedKeks, *args: Any) -> kek.Wrapped:
        if next(count) == 2:
            raise KeyboardInterrupt
        return wrap(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(kek.ListedKeks, "wrap", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            list(rotation.rewrap())
    assert rotation.census() == {"old": 5}
    assert list(rotation.rewrap()) == [5]


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_rotations_at_once_share_the_work(
    people: list[Contact], choose_keks: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    choose_keks("new", "old")
    moved = together(*[lambda: sum(rotation.rewrap())] * 2)
    assert sum(moved) == 5
    assert rotation.census() == {"new": 5}
    choose_keks("new")
    assert {contact.full_name for contact in Contact.objects.all()} == {each.full_name for each in people}


def test_destroyed_keys_are_left_alone(people: list[Contact], choose_keks: Choose) -> None:
    keys.destroy(people[0].pk)
    choose_keks("new", "old")
    rotate()
    assert rotation.census() == {"new": 4}
    stone = SubjectKey.objects.using("vault").get(subject_id=people[0].pk)
    assert (stone.wrapped, stone.kek_id) == (None, "")
    assert is_erased(Contact.objects.get(pk=people[0].pk).full_name)


def test_new_people_get_the_new_key_meanwhile(people: list[Contact], choose_keks: Choose) -> None:
    choose_keks("new", "old")
    made = keys.for_writing(uuid4())
    assert SubjectKey.objects.using("vault").get(pk=made.id).kek_id == "new"
    assert rotation.waiting() == 5


def test_the_command_tells_how_far_it_is_and_what_may_leave(
    people: list[Contact], choose_keks: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    choose_keks("new", "old", "older")
    assert rotate().splitlines() == [
        "5 keys to wrap under “new”.",
        "3 of 5",
        "5 of 5",
        "“new” wraps 5 keys.",
        "“old” wraps none: it can leave PRIVACY_KEKS.",
        "“older” wraps none: it can leave PRIVACY_KEKS.",
    ]
    assert rotate().splitlines()[0] == "0 keys to wrap under “new”."
