"""A stolen password alone opens nothing where a second factor is required, whatever the address."""

import re

import pytest
from django.test import Client

from privacy.factors import recovery
from privacy.models import User
from tests.architecture.test_addresses import ALL, EXAMPLES, audience
from tests.authenticator import with_app
from tests.factories import PASSWORD, ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db
DESK = [path for path, view in ALL.items() if audience(view) == "desk"]
ADMIN = ["admin/", "admin/privacy/user/", "admin/password_change/", "admin/jsi18n/"]


@pytest.fixture
def stolen(db: None) -> Client:
    """A thief who knows an administrator's password."""
    victim: User = UserFactory(is_superuser=True, profile=ProfileFactory(needs_second_factor=True))
    with_app(victim)
    recovery.renew(victim)
    thief = Client()
    thief.post("/sign-in/", {"username": victim.email, "password": PASSWORD})
    return thief


def opens(thief: Client, path: str, **headers: str) -> bool:
    address = "/" + re.sub(r"<(\w+):\w+>", lambda found: EXAMPLES[found[1]], path)
    answers = [thief.get(address, headers=headers), thief.post(address, headers=headers)]
    refused = [
        answer.status_code in (401, 403, 405) or (answer.status_code == 302 and "login" in answer["Location"])
        or (answer.status_code == 302 and "/sign-in/" in answer["Location"])
        for answer in answers
    ]  # fmt: skip
    return not all(refused)


def test_a_stolen_password_opens_nothing(stolen: Client) -> None:
    assert len(DESK) > 25
    assert [path for path in [*DESK, *ADMIN] if opens(stolen, path)] == []
    assert [path for path in DESK if opens(stolen, path, **{"hx-request": "true"})] == []


def test_nor_does_a_session_from_before_the_factor_was_required(agent: User, client: Client) -> None:
    client.force_login(agent)
    assert client.get("/desk/").status_code == 200
    agent.profile.needs_second_factor = True
    agent.profile.save()
    assert [path for path in DESK if opens(client, path)] == []
