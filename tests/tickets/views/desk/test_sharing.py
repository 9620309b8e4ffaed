"""A ticket is shared with somebody until a day, by whoever may share; and withdrawn again."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from privacy import sharing
from privacy.enums import Level
from privacy.models import User
from tests import factories
from tickets.models import Ticket
from tickets.models.ticket import SHARE


@pytest.fixture
def ticket(agent: User) -> Ticket:
    made: Ticket = factories.TicketFactory(assignee=agent)
    return made


@pytest.fixture
def outsider(db: None) -> User:
    """Would see nothing of this ticket."""
    sharing.set_level("tickets", Level.PRIVATE, by=None)
    profile = factories.ProfileFactory(rights=["tickets.view", "tickets.update"])
    made: User = factories.UserFactory(full_name="Olga Outside", role=None, profile=profile)
    return made


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def page(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"


def test_shared_until_a_day_and_withdrawn(
    desk: Client, ticket: Ticket, outsider: User, department: Any
) -> None:
    theirs = Client()
    theirs.force_login(outsider)
    assert theirs.get(page(ticket)).status_code == 404
    day = timezone.localdate() + timedelta(days=7)
    form = {"to": f"agent {outsider.pk}", "may_write": "read", "until": day.isoformat()}
    assert desk.post(f"{page(ticket)}shares/", form).status_code == 302
    assert theirs.get(page(ticket)).status_code == 200
    assert theirs.post(f"{page(ticket)}priority/", {"priority": "3"}).status_code == 403
    [grant] = sharing.grants_of(ticket)
    assert timezone.localdate(grant.expires_at) == day
    assert "Olga Outside" in desk.get(f"{page(ticket)}shares/").content.decode()
    assert desk.post(f"{page(ticket)}shares/{grant.pk}/removal/").status_code == 302
    assert theirs.get(page(ticket)).status_code == 404


def test_shared_with_a_group_for_writing(desk: Client, ticket: Ticket, outsider: User) -> None:
    group = Group.objects.create(name="On call")
    group.user_set.add(outsider)
    desk.post(f"{page(ticket)}shares/", {"to": f"group {group.pk}", "may_write": "write"})
    theirs = Client()
    theirs.force_login(outsider)
    assert theirs.post(f"{page(ticket)}priority/", {"priority": "3"}).status_code == 302


@pytest.mark.parametrize("form", [{}, {"to": "agent x"}, {"until": "2001-01-01"}])
def test_what_makes_no_sense_is_said(desk: Client, ticket: Ticket, outsider: User, form: Any) -> None:
    whole = {"may_write": "read", **({"to": f"agent {outsider.pk}"} if "until" in form else {}), **form}
    assert desk.post(f"{page(ticket)}shares/", whole).status_code == 422
    assert sharing.grants_of(ticket) == []


def test_who_may_not_share_does_not(client: Client, ticket: Ticket, agent: User, outsider: User) -> None:
    assert agent.profile is not None
    agent.profile.rights = [right for right in agent.profile.rights if right != SHARE]
    agent.profile.save()
    client.force_login(agent)
    assert "shares/" not in client.get(page(ticket)).content.decode()
    assert client.get(f"{page(ticket)}shares/").status_code == 403
    form = {"to": f"agent {outsider.pk}", "may_write": "read"}
    assert client.post(f"{page(ticket)}shares/", form).status_code == 403
    grant = sharing.grant(ticket, outsider, by=None)
    assert client.post(f"{page(ticket)}shares/{grant.pk}/removal/").status_code == 403


def test_the_grant_of_another_ticket_is_not_withdrawn_here(
    desk: Client, ticket: Ticket, outsider: User
) -> None:
    other = factories.TicketFactory()
    grant = sharing.grant(other, outsider, by=None)
    assert desk.post(f"{page(ticket)}shares/{grant.pk}/removal/").status_code == 404
    assert len(sharing.grants_of(other)) == 1
