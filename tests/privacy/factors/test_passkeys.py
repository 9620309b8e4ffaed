"""Passkeys: taken only from our own page, for our own question, signed by the key that we know."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from privacy.factors import passkeys
from privacy.models import Passkey, User
from tests.authenticator import SoftKey

SITE = passkeys.Site("testserver", "http://testserver", "Helpdesk")
OWNER = passkeys.Owner(b"1" * 16, "alma.agent@helpdesk.example", "Alma Agent")


def made(user: User, soft: SoftKey) -> Passkey:
    options, challenge = passkeys.ask_to_make(SITE, OWNER, [])
    key = Passkey(user=user, label="Laptop")
    passkeys.take(key, soft.make(json.loads(options)), site=SITE, challenge=challenge)
    return key


def proven(soft: SoftKey, *, site: passkeys.Site = SITE, **changed: Any) -> Any:
    options, challenge = passkeys.ask_to_prove(SITE)
    answer = soft.prove(json.loads(options) | changed)
    return passkeys.prove(Passkey.objects.all(), answer, site=site, challenge=challenge)


def test_a_key_proves_whom_it_was_made_for(agent: User) -> None:
    soft = SoftKey()
    key = made(agent, soft)
    found = proven(soft)
    assert (found, found.user, found.sign_count) == (key, agent, 1)
    assert found.used_at is not None
    assert proven(SoftKey()) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://testserver.evil.example"},
        {"host": "evil.example"},
        {"flags": 0x01},  # present, but neither finger nor PIN
        {"flags": 0x00},
    ],
)
def test_an_answer_given_elsewhere_is_refused(agent: User, wrong: dict[str, Any]) -> None:
    soft = SoftKey()
    made(agent, soft)
    for name, value in wrong.items():
        setattr(soft, name, value)
    assert proven(soft) is None
    with pytest.raises(ValidationError):
        made(agent, SoftKey(**wrong))


def test_another_question_is_refused(agent: User) -> None:
    soft = SoftKey()
    made(agent, soft)
    assert proven(soft, challenge="AAAA") is None
    options, _challenge = passkeys.ask_to_prove(SITE)
    assert (
        passkeys.prove(Passkey.objects.all(), soft.prove(json.loads(options)), site=SITE, challenge="")
        is None
    )


def test_another_private_key_is_refused(agent: User) -> None:
    soft = SoftKey()
    made(agent, soft)
    assert proven(SoftKey(id=soft.id)) is None


def test_a_copy_is_noticed_by_its_counter(agent: User) -> None:
    soft = SoftKey(counter=5)
    made(agent, soft)
    assert proven(soft) is not None
    soft.counter = 3
    assert proven(soft) is None


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "no json", '{"id": 1}', "x" * 30_000])
def test_nonsense_is_refused(agent: User, answer: str) -> None:
    challenge = passkeys.ask_to_prove(SITE)[1]
    assert passkeys.prove(Passkey.objects.all(), answer, site=SITE, challenge=challenge) is None
    with pytest.raises(ValidationError):
        passkeys.take(Passkey(user=agent, label="x"), answer, site=SITE, challenge=challenge)


def test_a_key_is_known_once(agent: User, colleague: User) -> None:
    soft = SoftKey()
    key = made(agent, soft)
    with pytest.raises(ValidationError, match="known already"):
        made(colleague, soft)
    excluded = json.loads(passkeys.ask_to_make(SITE, OWNER, [key])[0])["excludeCredentials"]
    assert [each["id"] for each in excluded] == [key.credential]
