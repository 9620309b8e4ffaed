"""Connecting an account on Twitter/X in the administration: keys that are never shown, and a button that tries them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from privacy.models import User
from tests.tickets.channels.twitter.x_server import XServer
from tickets.models import Department, TwitterAccount

pytestmark = pytest.mark.django_db
KEYS = {
    "api_key": "key",
    "api_secret": "secret-1",
    "access_token": "token",
    "access_token_secret": "secret-2",
}


@pytest.fixture
def account(department: Department) -> TwitterAccount:
    made = TwitterAccount(department=department, name="Moorbach on X", **KEYS)
    made.save()
    return made


def trial(client: Client, account: TwitterAccount) -> str:
    answer = client.post(reverse("admin:tickets_twitteraccount_trial", args=[account.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_account_is_connected_and_its_keys_stay_hidden(
    client: Client, admin: User, department: Department
) -> None:
    client.force_login(admin)
    given = {"department": department.pk, "name": "Moorbach on X", "is_active": "on", **KEYS}
    assert client.post(reverse("admin:tickets_twitteraccount_add"), given).status_code == 302

    account = TwitterAccount.objects.get()
    assert account.access_token_secret == "secret-2"
    page = client.get(reverse("admin:tickets_twitteraccount_change", args=[account.pk])).content.decode()
    assert "secret-1" not in page
    assert "secret-2" not in page
    assert "Test the connection" in page


def test_the_button_says_whose_keys_these_are(
    client: Client, admin: User, account: TwitterAccount, settings: Any
) -> None:
    client.force_login(admin)
    server = XServer()
    settings.TWITTER_API_URL = server.url
    try:
        assert "These are the keys of @moorbach." in trial(client, account)
        account.access_token = "wrong"
        account.save()
        assert "Twitter/X refused the keys." in trial(client, account)
    finally:
        server.shutdown()
        server.server_close()
    assert "Twitter/X doesn’t answer." in trial(client, account)


def test_only_a_public_address_is_asked(
    client: Client, admin: User, account: TwitterAccount, settings: Any
) -> None:
    client.force_login(admin)
    settings.MAIL_ALLOW_PRIVATE_HOSTS = False
    for address in ("https://10.0.0.1", "http://8.8.8.8", "https://nowhere.invalid"):
        settings.TWITTER_API_URL = address
        assert "has to be a public one" in trial(client, account), address


def test_agents_neither_see_nor_try_it(client: Client, agent: User, account: TwitterAccount) -> None:
    client.force_login(agent)
    address = reverse("admin:tickets_twitteraccount_trial", args=[account.pk])
    assert client.post(address).status_code in (302, 403, 404)
