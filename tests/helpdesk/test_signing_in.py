"""Signing in with a second factor: app, passkey, recovery code; and setting a first one up."""

import re
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from privacy.factors import app, recovery, standing
from privacy.models import Authenticator, Passkey, User, Visit
from tests.authenticator import SoftKey, code_of, with_app
from tests.factories import PASSWORD, ProfileFactory

pytestmark = pytest.mark.django_db

SECOND, SET_UP = "/sign-in/second-factor/", "/sign-in/set-up/"
OPTIONS, SET_UP_OPTIONS = "/sign-in/passkey/options/", "/sign-in/set-up/options/"


def password(client: Client, user: User, going: str = "/desk/search/") -> Any:
    return client.post("/sign-in/", {"username": user.email, "password": PASSWORD, "next": going})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def bound(agent: User) -> User:
    """An agent whose profile needs a second factor, and who has none yet."""
    agent.profile = ProfileFactory(needs_second_factor=True, rights=agent.profile.rights)
    agent.save()
    return agent


def made_passkey(client: Client, soft: SoftKey) -> Any:
    answer = soft.make(client.post(SET_UP_OPTIONS).json())
    return client.post(SET_UP, {"answer": answer, "next": "/desk/search/"})


# -- with an app


def test_password_then_code(agent: User, client: Client) -> None:
    device = with_app(agent)
    assert password(client, agent)["Location"] == f"{SECOND}?next=%2Fdesk%2Fsearch%2F"
    assert not is_in(client)
    wrong = client.post(SECOND, {"code": "000000"})
    assert (wrong.status_code, is_in(client)) == (200, False)
    right = client.post(SECOND, {"code": code_of(device), "next": "/desk/search/"})
    assert right["Location"] == "/desk/search/"
    assert is_in(client)
    assert Visit.objects.get().way == "app"


def test_the_session_key_changes_at_each_step(agent: User, client: Client) -> None:
    device = with_app(agent)
    client.post(OPTIONS)
    keys = [client.cookies["sessionid"].value]
    password(client, agent)
    keys.append(client.cookies["sessionid"].value)
    client.post(SECOND, {"code": code_of(device)})
    keys.append(client.cookies["sessionid"].value)
    assert len(set(keys)) == 3


def test_a_right_password_is_remembered_for_a_quarter_of_an_hour(
    agent: User, client: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    device = with_app(agent)
    password(client, agent)
    time_machine.shift(15 * 60)
    assert client.post(SECOND, {"code": code_of(device)})["Location"].startswith("/sign-in/?next=")
    assert not is_in(client)


def test_deactivated_in_between_stays_out(agent: User, client: Client) -> None:
    device = with_app(agent)
    password(client, agent)
    agent.is_active = False
    agent.save()
    assert client.post(SECOND, {"code": code_of(device)})["Location"].startswith("/sign-in/")


def test_without_a_password_there_is_no_second_step(client: Client, agent: User) -> None:
    for path in (SECOND, SET_UP):
        assert client.get(path)["Location"].startswith("/sign-in/")
    assert client.post(SET_UP_OPTIONS).status_code == 403


@pytest.mark.parametrize("tried", ["code", "recovery"])
def test_too_many_codes_lock_the_right_one_too(agent: User, client: Client, tried: str) -> None:
    device = with_app(agent)
    codes = recovery.renew(agent)
    password(client, agent)
    for _ in range(10):
        assert client.post(SECOND, {tried: "000000"}).status_code == 200
    answers = [client.post(SECOND, {tried: each}) for each in ("000000", code_of(device), codes[0])]
    assert [answer.status_code for answer in answers] == [429, 429, 429]
    said = {re.sub(r'"X-CSRFToken": "\w+"|value="\w{64}"', "", each.content.decode()) for each in answers}
    assert len(said) == 1, "the lock says nothing"
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(agent: User, client: Client) -> None:
    with_app(agent)
    code = recovery.renew(agent)[0]
    password(client, agent)
    assert client.post(SECOND, {"recovery": code}).status_code == 302
    client.post("/sign-out/")
    password(client, agent)
    assert client.post(SECOND, {"recovery": code}).status_code == 200
    assert standing.of(agent).recovery_codes == 9


# -- with a passkey


def test_a_passkey_alone_signs_in(bound: User, client: Client) -> None:
    soft = SoftKey()
    password(client, bound)
    assert made_passkey(client, soft).status_code == 200
    client.post("/sign-out/")
    answer = soft.prove(client.post(OPTIONS).json())
    done = client.post("/sign-in/passkey/", {"answer": answer, "next": "/desk/search/"})
    assert done["Location"] == "/desk/search/"
    assert Visit.objects.latest("id").way == "passkey"
    client.post("/sign-out/")
    assert client.post("/sign-in/passkey/", {"answer": answer}).status_code == 403, "an answer is good once"
    assert not is_in(client)


def test_a_passkey_after_the_password(bound: User, colleague: User, client: Client) -> None:
    soft = SoftKey()
    password(client, bound)
    made_passkey(client, soft)
    other = Client()
    password(other, bound)
    asked = other.post(OPTIONS).json()
    assert [each["id"] for each in asked["allowCredentials"]] == [Passkey.objects.get().credential]
    assert other.post(SECOND, {"answer": soft.prove(asked)}).status_code == 302
    third = Client()
    with_app(colleague)
    password(third, colleague)
    third.post(SECOND, {"answer": soft.prove(third.post(OPTIONS).json())})
    assert not is_in(third), "a colleague's key opens nothing of mine"


def test_the_passkey_of_somebody_who_left_opens_nothing(bound: User, client: Client) -> None:
    soft = SoftKey()
    password(client, bound)
    made_passkey(client, soft)
    client.post("/sign-out/")
    bound.is_active = False
    bound.save()
    answer = soft.prove(client.post(OPTIONS).json())
    assert client.post("/sign-in/passkey/", {"answer": answer}).status_code == 403


# -- whoever needs one and has none


def test_setting_up_an_app_comes_before_everything(bound: User, client: Client) -> None:
    assert password(client, bound)["Location"].startswith(SECOND)
    page = client.get(SECOND, follow=True)
    assert page.redirect_chain[-1][0].startswith(SET_UP)
    assert "<svg" in page.content.decode()
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert not is_in(client)
    device = Authenticator.objects.get(user=bound)
    done = client.post(SET_UP, {"code": code_of(device), "next": "/desk/search/"})
    assert len(done.context["codes"]) == 10
    assert done["Cache-Control"].startswith("max-age=0") or "no-store" in done["Cache-Control"]
    assert client.get("/desk/").status_code == 200
    assert recovery.redeem(bound, done.context["codes"][3])


def test_who_has_a_factor_adds_none_with_a_password_alone(bound: User, client: Client) -> None:
    with_app(bound)
    password(client, bound)
    assert client.get(SET_UP)["Location"].startswith(SECOND)
    assert client.post(SET_UP_OPTIONS).status_code == 403
    soft = SoftKey()
    assert client.post(SET_UP, {"answer": soft.make({"challenge": "AAAA"})}).status_code == 302
    assert not Passkey.objects.exists()
    assert app.pending(bound).confirmed_at is None


def test_the_session_holds_no_secret(bound: User, client: Client) -> None:
    password(client, bound)
    client.get(SET_UP)
    device = Authenticator.objects.get(user=bound)
    assert device.secret not in str(dict(client.session))
    done = client.post(SET_UP, {"code": code_of(device)})
    assert not any(code in str(dict(client.session)) for code in done.context["codes"])


# -- confirming later


def test_who_has_an_app_confirms_with_password_and_code(
    agent: User, client: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    device = with_app(agent)
    client.force_login(agent)
    time_machine.shift(1000)
    for proof in ({"proof-password": PASSWORD}, {"proof-code": code_of(device)}):
        assert client.post("/desk/confirmation/", proof).status_code == 200
    both = {"proof-password": PASSWORD, "proof-code": code_of(device)}
    assert client.post("/desk/confirmation/", both).status_code == 302


def test_who_has_passkeys_confirms_with_one(bound: User, client: Client) -> None:
    soft = SoftKey()
    password(client, bound)
    made_passkey(client, soft)
    assert client.post("/desk/confirmation/", {"proof-password": PASSWORD}).status_code == 200
    answer = soft.prove(client.post(OPTIONS).json())
    assert client.post("/desk/confirmation/", {"proof-answer": answer}).status_code == 302
