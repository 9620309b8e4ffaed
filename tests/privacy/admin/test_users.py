"""Accounts: invited by a link, no password that others know; nobody climbs or locks themselves out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from privacy.models import User
from privacy.models.user import MANAGE_AGENTS
from tests import factories

ADD = "admin:privacy_user_add"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def clerk(db: None) -> User:
    """May change accounts, and no more."""
    profile = factories.ProfileFactory(rights=[MANAGE_AGENTS])
    made: User = factories.UserFactory(email="cleo.clerk@helpdesk.example", profile=profile)
    return made


def form_of(user: User, **values: str) -> dict[str, str]:
    """What the page of an account sends."""
    standing = {"role": str(user.role_id), "profile": str(user.profile_id), "is_active": "on"}
    return {"email": user.email, "full_name": user.full_name, **standing, **values}


def change(user: User) -> str:
    return reverse("admin:privacy_user_change", args=[user.pk])


def test_a_new_colleague_gets_a_link_and_no_password(office: Client, mailoutbox: list[Any]) -> None:
    form = {"email": "New.Colleague@Helpdesk.example", "full_name": "Nora New", "is_active": "on"}
    assert office.post(reverse(ADD), form).status_code == 302
    made = User.objects.get(email="new.colleague@helpdesk.example")
    assert made.full_name == "Nora New"
    assert [mail.to for mail in mailoutbox] == [["New.Colleague@Helpdesk.example"]]
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/" in word)
    assert Client().get("/" + link.split("/", 3)[3], follow=True).status_code == 200


def test_no_page_has_a_password_field(office: Client, agent: User) -> None:
    for page in (reverse(ADD), change(agent)):
        assert 'type="password"' not in office.get(page).content.decode()
    assert office.get(f"/admin/privacy/user/{agent.pk}/password/").status_code in (302, 404)


def test_a_link_is_mailed_on_a_post_only(office: Client, agent: User, mailoutbox: list[Any]) -> None:
    address = reverse("admin:privacy_user_password_link", args=[agent.pk])
    assert (office.get(address).status_code, len(mailoutbox)) == (405, 0)
    assert (office.post(address).status_code, len(mailoutbox)) == (302, 1)


def test_an_address_belongs_to_one_account(office: Client, agent: User) -> None:
    page = office.post(
        reverse(ADD), {"email": "ALMA.agent@helpdesk.example", "full_name": "Twin", "is_active": "on"}
    )
    assert "has an account with this address already" in page.content.decode()


@pytest.mark.parametrize("right", ["is_active", "profile"])
def test_nobody_takes_their_own_rights(office: Client, admin: User, right: str) -> None:
    form = form_of(admin)
    del form[right]
    page = office.post(change(admin), form)
    assert "You can&#x27;t take this from yourself." in page.content.decode()
    admin.refresh_from_db()
    assert getattr(admin, right)


def test_nobody_climbs(client: Client, clerk: User, admin: User) -> None:
    client.force_login(clerk)
    highest = {"profile": str(admin.profile_id)}
    assert client.post(change(clerk), form_of(clerk, **highest)).status_code == 302
    clerk.refresh_from_db()
    assert clerk.profile.name != "administrator"
    peer = factories.UserFactory(profile=clerk.profile)
    assert client.post(change(peer), form_of(peer, **highest)).status_code == 200
    peer.refresh_from_db()
    assert peer.profile == clerk.profile
    assert client.post(change(admin), form_of(admin, email="taken@over.example")).status_code == 403
    assert client.post(reverse("admin:privacy_user_password_link", args=[admin.pk])).status_code == 404


def test_nobody_deletes_themselves(office: Client, admin: User, agent: User) -> None:
    assert (
        office.post(reverse("admin:privacy_user_delete", args=[admin.pk]), {"post": "yes"}).status_code == 403
    )
    assert (
        office.post(reverse("admin:privacy_user_delete", args=[agent.pk]), {"post": "yes"}).status_code == 302
    )
    assert not User.objects.filter(pk=agent.pk).exists()


def test_a_search_needs_the_whole_address(office: Client, agent: User) -> None:
    search = reverse("admin:privacy_user_search")
    assert office.post(search, {"text": agent.email.upper()}).headers["Location"] == change(agent)
    assert office.post(search, {"text": "alma"}).headers["Location"] == reverse(
        "admin:privacy_user_changelist"
    )


def test_colleagues_learn_names_and_nothing_else(client: Client, agent: User) -> None:
    """Who sets up departments sees that there is somebody; addresses and sign-ins are for who manages agents."""
    profile = factories.ProfileFactory(rights=["manage_departments"])
    agent.last_login = timezone.now().replace(year=2019, month=4, day=17)
    agent.save()
    client.force_login(factories.UserFactory(profile=profile))
    pages = [reverse("admin:privacy_user_changelist"), change(agent)]
    shown = "".join(client.get(page).content.decode() for page in pages)
    assert "Alma Agent" in shown
    assert "alma.agent@" not in shown
    assert "2019" not in shown
    client.force_login(factories.UserFactory(profile=factories.ProfileFactory(rights=[MANAGE_AGENTS])))
    shown = client.get(pages[0]).content.decode()
    assert "alma.agent@" in shown
    assert "2019" in shown
