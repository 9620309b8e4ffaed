"""The account page: what people change about themselves, what they sign in with, where they are signed in."""

from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from privacy.enums import Deed
from privacy.factors import app, recovery, standing
from privacy.models import AuditEvent, Authenticator, Passkey, User, Visit
from tests.authenticator import SoftKey, code_of, with_app
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

ACCOUNT = "/desk/account/"
APP, NEW_KEY = f"{ACCOUNT}app/", f"{ACCOUNT}passkeys/new/"
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def desk(agent: User, client: Client) -> Client:
    client.force_login(agent)
    return client


def add_passkey(client: Client, soft: SoftKey, label: str = "Blue key") -> Any:
    answer = soft.make(client.post(f"{NEW_KEY}options/").json())
    return client.post(NEW_KEY, {"answer": answer, "label": label})


def test_what_one_says_about_oneself_is_saved(agent: User, desk: Client) -> None:
    said = {"full_name": "Alma Neu", "language": "de", "timezone": "Europe/Lisbon", "theme": "dark"}
    desk.cookies["django_language"] = "en"
    assert desk.post(ACCOUNT, said)["Location"] == ACCOUNT
    assert desk.cookies.pop("django_language")["max-age"] == 0
    agent = User.objects.get(pk=agent.pk)
    assert [agent.full_name, agent.language, agent.timezone, agent.theme] == list(said.values())
    page = desk.get(ACCOUNT)
    assert "Ihr Konto" in page.content.decode(), "the account's language rules from now on"
    assert agent.history.first().actor_id == agent.pk


@pytest.mark.parametrize("wrong", [{"full_name": ""}, {"timezone": "Mars/Olympus"}, {"language": "xx"}])
def test_nonsense_is_not_saved(agent: User, desk: Client, wrong: dict[str, str]) -> None:
    said = {"full_name": "Alma Neu", "language": "de", "timezone": "", "theme": "dark", **wrong}
    assert desk.post(ACCOUNT, said).status_code == 200
    assert User.objects.get(pk=agent.pk).full_name == "Alma Agent"


def test_address_profile_and_rights_are_not_ones_own_to_change(agent: User, desk: Client) -> None:
    said = {"full_name": "A", "language": "", "timezone": "", "theme": "auto"}
    desk.post(ACCOUNT, {**said, "email": "x@evil.example", "is_superuser": "on", "profile": ""})
    found = User.objects.get(pk=agent.pk)
    assert (found.email, found.is_superuser, found.profile_id) == (agent.email, False, agent.profile_id)


# -- factors


def test_an_app_is_set_up_with_recovery_codes(agent: User, desk: Client) -> None:
    assert "<svg" in desk.get(APP).content.decode()
    assert desk.post(APP, {"code": "000000"}).status_code == 200
    done = desk.post(APP, {"code": code_of(Authenticator.objects.get())})
    assert len(done.context["codes"]) == 10
    assert standing.of(agent).has_app
    again = desk.post(APP, {"code": code_of(app.pending(agent))})
    assert again["Location"] == ACCOUNT, "codes that are there stay good"


def test_a_passkey_is_set_up_and_removed(agent: User, desk: Client) -> None:
    assert len(add_passkey(desk, SoftKey()).context["codes"]) == 10
    key = Passkey.objects.get()
    assert (key.user, key.label) == (agent, "Blue key")
    assert "Blue key" in desk.get(ACCOUNT).content.decode()
    desk.post(f"{ACCOUNT}passkeys/{key.pk}/removal/")
    assert standing.of(agent) == standing.Standing(has_app=False, passkeys=0, recovery_codes=0)


def test_a_passkey_without_a_name_is_called_after_the_browser(desk: Client) -> None:
    soft = SoftKey()
    answer = soft.make(desk.post(f"{NEW_KEY}options/").json())
    desk.post(NEW_KEY, {"answer": answer, "label": "  "}, headers=FIREFOX)
    assert Passkey.objects.get().label == "Firefox on Linux"


def test_the_last_factor_stays_where_one_is_needed(agent: User, desk: Client) -> None:
    add_passkey(desk, SoftKey())
    agent.profile.needs_second_factor = True
    agent.profile.save()
    session = desk.session
    session["way"] = "key"
    session.save()
    desk.post(f"{ACCOUNT}passkeys/{Passkey.objects.get().pk}/removal/")
    assert standing.of(agent).passkeys == 1
    with_app(agent)
    desk.post(f"{APP}removal/")
    assert standing.of(agent).has_app is False
    desk.post(f"{ACCOUNT}passkeys/{Passkey.objects.get().pk}/removal/")
    assert standing.of(agent).passkeys == 1


def test_new_recovery_codes_end_the_old_ones(agent: User, desk: Client) -> None:
    with_app(agent)
    old = recovery.renew(agent)
    new = desk.post(f"{ACCOUNT}recovery-codes/").context["codes"]
    assert not recovery.redeem(agent, old[0])
    assert recovery.redeem(agent, new[0])


def test_nobody_touches_a_colleagues(agent: User, colleague: User, desk: Client) -> None:
    other = Client()
    other.force_login(colleague)
    add_passkey(other, SoftKey())
    key, visit = Passkey.objects.get(), Visit.objects.get(user=colleague)
    assert desk.post(f"{ACCOUNT}passkeys/{key.pk}/removal/").status_code == 404
    assert desk.post(f"{ACCOUNT}sessions/{visit.pk}/removal/").status_code == 404
    assert other.get("/desk/").status_code == 200
    assert "Blue key" not in desk.get(ACCOUNT).content.decode()


@pytest.mark.parametrize(
    "path", [APP, f"{APP}removal/", NEW_KEY, f"{NEW_KEY}options/", f"{ACCOUNT}recovery-codes/"]
)
def test_a_screen_left_open_changes_no_factor(
    agent: User, client: Client, time_machine: TimeMachineFixture, path: str
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    with_app(agent)
    client.force_login(agent)
    time_machine.shift(16 * 60)
    assert client.post(path, {"code": code_of(Authenticator.objects.get())}).status_code == 401
    assert standing.of(agent) == standing.Standing(has_app=True, passkeys=0, recovery_codes=0)


# -- sessions


def test_sessions_are_listed_and_ended(agent: User, desk: Client) -> None:
    other, third = Client(headers=FIREFOX), Client()
    for browser in (other, third):
        browser.post("/sign-in/", {"username": agent.email, "password": PASSWORD})
    page = desk.get(ACCOUNT)
    assert len(page.context["visits"]) == 3
    assert "Firefox on Linux" in page.content.decode()
    (theirs,) = [visit for visit in Visit.objects.filter(user=agent) if visit.device == "Firefox on Linux"]
    desk.post(f"{ACCOUNT}sessions/{theirs.pk}/removal/")
    assert [each.get("/desk/").status_code for each in (desk, other, third)] == [200, 302, 200]
    desk.post(f"{ACCOUNT}sessions/removal/")
    assert [each.get("/desk/").status_code for each in (desk, third)] == [200, 302]
    assert len(desk.get(ACCOUNT).context["visits"]) == 1


def test_a_new_password_ends_all_other_sessions(agent: User, desk: Client) -> None:
    other = Client()
    other.force_login(agent)
    new = "an entirely different battery"
    changed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert desk.post("/password/", changed)["Location"] == ACCOUNT
    assert [each.get("/desk/").status_code for each in (desk, other)] == [200, 302]


def test_queries_do_not_grow_with_sessions(
    agent: User, desk: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        Client().post("/sign-in/", {"username": agent.email, "password": PASSWORD})
    with django_assert_max_num_queries(25):
        desk.get(ACCOUNT)


def test_the_owner_is_told_by_mail_what_was_changed(
    agent: User, desk: Client, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    agent.last_login = agent.created_at
    agent.save()
    with django_capture_on_commit_callbacks(execute=True):
        add_passkey(desk, SoftKey())
    assert [mail.to for mail in mailoutbox] == [[agent.email]] * 2
    assert "What you sign in with was changed: passkey." in mailoutbox[0].body
    assert "What you sign in with was changed: recovery codes." in mailoutbox[1].body
    with django_capture_on_commit_callbacks(execute=True):
        agent.set_password("another long sentence")
        agent.save()
    assert "What you sign in with was changed: password." in mailoutbox[2].body
    assert [event.fields for event in AuditEvent.objects.filter(act=Deed.CREDENTIAL).order_by("pk")] == [
        ["passkey"],
        ["recovery_codes"],
        ["password"],
    ]
