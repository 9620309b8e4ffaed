"""Sessions: their keys lie hashed, they say whose they are, and they end at once."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from privacy import retention, sessions
from privacy.models import Session, User, Visit

pytestmark = pytest.mark.django_db


def test_the_key_is_not_in_the_table(agent: User, client: Client) -> None:
    client.force_login(agent)
    key = client.cookies["sessionid"].value
    stored = Session.objects.get()
    assert stored.session_key == sessions.hashed(key) != key
    assert sessions.SessionStore(stored.session_key).load() == {}, "what lies there opens nothing"
    assert sessions.SessionStore(key).load()["_auth_user_id"] == str(agent.pk)


def test_a_row_says_whose_it_is(agent: User, client: Client) -> None:
    client.force_login(agent)
    stored = Session.objects.get()
    assert (stored.user_id, stored.visit_id, stored.person_id) == (agent.pk, Visit.objects.get().pk, None)
    assert stored.get_decoded()["_auth_user_id"] == str(agent.pk)


def test_an_ended_session_opens_nothing(agent: User, colleague: User, client: Client) -> None:
    other, theirs = Client(), Client()
    for browser, who in ((client, agent), (other, agent), (theirs, colleague)):
        browser.force_login(who)
    assert sessions.end_of_user(agent.pk) == 2
    assert [browser.get("/desk/").status_code for browser in (client, other, theirs)] == [302, 302, 200]


def test_what_was_ended_is_not_revived_by_a_request_on_its_way(agent: User, client: Client) -> None:
    client.force_login(agent)
    store = sessions.SessionStore(client.cookies["sessionid"].value)
    assert store["_auth_user_id"] == str(agent.pk)
    sessions.end_of_user(agent.pk)
    store["x"] = 1
    with pytest.raises(UpdateError):
        store.save()


def test_over_is_over(agent: User, client: Client) -> None:
    client.force_login(agent)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/desk/").status_code == 302
    Visit.objects.update(seen_at=timezone.now() - timedelta(days=181))
    retention.forget_sessions()
    assert not Visit.objects.exists()
    assert not Session.objects.filter(user_id=agent.pk).exists()
