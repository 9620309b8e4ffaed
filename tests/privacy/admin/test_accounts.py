"""What administrators do with accounts: invite again, reset a second factor, deactivate, let in again."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from time_machine import TimeMachineFixture

from privacy.factors import standing
from privacy.models import User
from privacy.models.user import MANAGE_AGENTS
from tests.authenticator import with_app
from tests.factories import ProfileFactory, TicketFactory, UserFactory
from tickets.enums import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def act(client: Client, name: str, user: User, **posted: Any) -> Any:
    return client.post(reverse(f"admin:privacy_user_{name}", args=[user.pk]), posted)


def test_deactivated_with_a_successor(office: Client, agent: User, colleague: User) -> None:
    ticket = TicketFactory(assignee=agent, status=Status.OPEN)
    page = office.get(reverse("admin:privacy_user_deactivation", args=[agent.pk]))
    assert "Ben Colleague" in page.content.decode()
    assert act(office, "deactivation", agent, successor=str(colleague.pk)).status_code == 302
    ticket.refresh_from_db()
    assert (User.objects.get(pk=agent.pk).is_active, ticket.assignee) == (False, colleague)
    listed = office.get(reverse("admin:privacy_user_changelist")).content.decode()
    assert "deactivated" in listed
    act(office, "reactivation", agent)
    assert User.objects.get(pk=agent.pk).is_active


def test_nobody_deactivates_themselves(office: Client, admin: User) -> None:
    assert act(office, "deactivation", admin).status_code == 404


def test_a_second_factor_is_reset(office: Client, agent: User) -> None:
    with_app(agent)
    browser = Client()
    browser.force_login(agent)
    act(office, "factor_reset", agent)
    assert standing.of(agent).has_any is False
    assert browser.get("/desk/").status_code == 302


def test_invited_again(office: Client, db: None) -> None:
    newcomer = UserFactory(password="!")
    page = office.get(reverse("admin:privacy_user_change", args=[newcomer.pk])).content.decode()
    assert "Invite again" in page
    act(office, "invitation", newcomer)
    assert [sent.to for sent in mail.outbox] == [[newcomer.email]]


@pytest.mark.parametrize("name", ["deactivation", "factor_reset", "invitation", "reactivation"])
def test_nobody_does_it_to_somebody_above_them_or_at_a_screen_left_open(
    client: Client, admin: User, agent: User, time_machine: TimeMachineFixture, name: str
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    clerk = UserFactory(profile=ProfileFactory(rights=[MANAGE_AGENTS]))
    client.force_login(clerk)
    assert act(client, name, admin).status_code == 404
    client.force_login(admin)
    time_machine.shift(16 * 60)
    with_app(agent)
    assert act(client, name, agent).status_code == 401
    assert User.objects.get(pk=agent.pk).is_active
    assert standing.of(agent).has_app
    assert mail.outbox == []
