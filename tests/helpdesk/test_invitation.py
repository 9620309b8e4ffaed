"""Taking up an account: the link works once, for a week, and leads on to the second factor where one is needed."""

import re

import pytest
from django.core import mail
from django.test import Client
from time_machine import TimeMachineFixture

from privacy import invitations
from privacy.enums import AccountState
from privacy.models import User
from tests.factories import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "an entirely different battery"
CHOSEN = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def newcomer(db: None) -> User:
    made: User = UserFactory(email="nina@helpdesk.example", full_name="Nina Neu", password="!")
    return made


def invited(user: User) -> str:
    """The link that was mailed."""
    mail.outbox.clear()
    invitations.invite(user)
    (sent,) = mail.outbox
    assert sent.to == [user.email]
    found = re.search(r"https?://[^/\s]+(/invitation/\S+/)", str(sent.body))
    assert found
    return found[1]


def state(user: User) -> AccountState:
    return invitations.state_of(invitations.with_states(User.objects.all()).get(pk=user.pk))


def test_the_link_leads_in_once(newcomer: User, client: Client) -> None:
    link = invited(newcomer)
    page = client.get(link)
    assert "Nina Neu" in page.content.decode()
    assert "no-referrer" in page.content.decode()
    assert client.get(link).status_code == 200, "looking uses nothing up"
    assert client.post(link, CHOSEN)["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert User.objects.get(pk=newcomer.pk).check_password(NEW)
    assert Client().get(link).status_code == 404
    assert Client().post(link, CHOSEN).status_code == 404


def test_a_weak_password_keeps_the_link_good(newcomer: User, client: Client) -> None:
    link = invited(newcomer)
    for weak in ("short", "nina@helpdesk.example"):
        assert client.post(link, {"new_password1": weak, "new_password2": weak}).status_code == 200
    assert client.post(link, CHOSEN).status_code == 302


def test_states(newcomer: User, agent: User, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    assert (state(newcomer), state(agent)) == (AccountState.UNINVITED, AccountState.ACTIVE)
    link = invited(newcomer)
    assert state(newcomer) == AccountState.INVITED
    time_machine.shift(7 * 24 * 3600)
    assert state(newcomer) == AccountState.EXPIRED
    assert Client().get(link).status_code == 404
    Client().post(invited(newcomer), CHOSEN)
    assert state(newcomer) == AccountState.ACTIVE
    agent.is_active = False
    agent.save()
    assert state(agent) == AccountState.DEACTIVATED


def test_a_new_invitation_ends_the_old_one(newcomer: User, client: Client) -> None:
    old, new = invited(newcomer), invited(newcomer)
    assert [client.get(link).status_code for link in (old, new)] == [404, 200]


def test_who_needs_a_second_factor_sets_it_up_next(newcomer: User, client: Client) -> None:
    newcomer.profile = ProfileFactory(needs_second_factor=True)
    newcomer.save()
    assert client.post(invited(newcomer), CHOSEN)["Location"] == "/sign-in/second-factor/"
    assert client.get("/desk/").status_code == 302
    assert (
        client.get("/sign-in/second-factor/", follow=True)
        .redirect_chain[-1][0]
        .startswith("/sign-in/set-up/")
    )
