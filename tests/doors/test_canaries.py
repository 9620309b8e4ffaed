"""What a profile may not see is in no answer, whatever the door; and what nobody hides is somewhere."""

from typing import Any

import pytest
from django.db import models

from privacy import profiles, registry
from privacy.access import rights
from privacy.enums import FieldRight
from privacy.models import Profile, User
from tests import factories
from tests.doors import world
from tests.doors.visiting import browser_of, visit
from tests.doors.walking import doors
from tests.doors.world import World, canary

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

OWN = {"User.email"}  # everybody sees their own address
WORDS_OF_PEOPLE = {
    "Contact.full_name",
    "Identity.value",
    "Ticket.subject",
    "Message.body_text",
    "User.full_name",
}
SEARCH = "/desk/search/"


@pytest.fixture
def house() -> World:
    return world.build()


def answers(house: World, person: Any) -> str:
    """Everything that somebody gets to read, going through every door and searching for each canary."""
    client = browser_of(person)
    seen = [visit(client, "GET", door.address)[1] for door in doors(house)]
    seen += [
        visit(client, "POST", SEARCH, {"words": word})[1].replace(word.encode(), b"") for word in searched()
    ]
    return b"\n".join(seen).decode(errors="replace")


def searched() -> list[str]:
    return [canary(model, entry.field) for model, entry in registry.personal_fields()]


def shown(text: str) -> set[str]:
    """The declared fields whose canary is in a text."""
    fields = [(model, entry.field) for model, entry in registry.personal_fields()]
    return {f"{model.__name__}.{name}" for model, name in fields if canary(model, name) in text}


def hideable() -> dict[str, tuple[type[models.Model], str, FieldRight]]:
    """Every declared field that can be hidden, or else masked."""
    found = {}
    for model, entry in registry.personal_fields():
        choices = profiles.choices_for(model, entry.field)
        for right in (FieldRight.HIDDEN, FieldRight.MASKED):
            if right in choices:
                found[f"{model.__name__}.{entry.field}"] = (model, entry.field, right)
                break
    return found


def test_what_a_profile_hides_is_in_no_answer(house: World) -> None:
    """The profile may do everything, so that every door opens; and see nothing that can be hidden."""
    codes = sorted(rights.all_codes())
    profile: Profile = factories.ProfileFactory(rights=codes)
    for model, name, right in hideable().values():
        profiles.set_field_right(profile, model, name, right, by=None)
    agent: User = house.staff["agent"]
    agent.profile = profile
    agent.save()
    seen = shown(answers(house, User.objects.get(pk=agent.pk)))
    assert seen & set(hideable()) - OWN == set()


def test_what_nobody_hides_is_somewhere(house: World) -> None:
    """Otherwise the test above would find nothing for want of anything to find."""
    assert shown(answers(house, house.staff["admin"])) >= WORDS_OF_PEOPLE


@pytest.mark.parametrize("name", ["stranger", "customer b", "other"])
def test_the_other_side_sees_nothing_of_this_one(house: World, name: str) -> None:
    person = house.everybody[name]
    assert shown(answers(house, person)) - {"User.full_name"} == set()  # colleagues know each other by name
