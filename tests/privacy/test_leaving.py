"""Somebody goes: signed out everywhere at once, invitations void, open tickets with somebody else."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from privacy import invitations, leaving
from privacy.models import Token, TokenPurpose, User
from tests.factories import PASSWORD, TicketFactory
from tickets.enums import Status
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_deactivation_ends_sessions_at_once(agent: User, admin: User) -> None:
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(agent)
    leaving.deactivate(agent, successor=None, by=admin)
    assert [browser.get("/desk/").status_code for browser in browsers] == [302, 302]
    browsers[0].post("/sign-in/", {"username": agent.email, "password": PASSWORD})
    assert browsers[0].get("/desk/").status_code == 302


@pytest.mark.parametrize("to_somebody", [True, False])
def test_open_tickets_pass_on_and_settled_ones_stay(
    agent: User, colleague: User, admin: User, to_somebody: bool
) -> None:
    open_ones = [TicketFactory(assignee=agent, status=status) for status in (Status.OPEN, Status.PENDING)]
    settled = TicketFactory(assignee=agent, status=Status.CLOSED)
    other = TicketFactory(assignee=admin, status=Status.OPEN)
    successor = colleague if to_somebody else None
    assert leaving.deactivate(agent, successor=successor, by=admin) == 2
    owners = dict(Ticket.objects.values_list("pk", "assignee"))
    expected = colleague.pk if to_somebody else None
    assert {owners[ticket.pk] for ticket in open_ones} == {expected}
    assert (owners[settled.pk], owners[other.pk]) == (agent.pk, admin.pk)
    assert open_ones[0].history.first().actor_id == admin.pk


def test_the_successor_stays(agent: User, colleague: User, admin: User) -> None:
    colleague.is_active = False
    colleague.save()
    for wrong in (agent, colleague):
        with pytest.raises(ValidationError):
            leaving.deactivate(agent, successor=wrong, by=admin)
    assert User.objects.get(pk=agent.pk).is_active


def test_an_invitation_of_somebody_who_left_opens_nothing(agent: User, admin: User) -> None:
    secret = Token.issue(TokenPurpose.INVITATION, agent.pk, lifetime=invitations.LIFETIME)
    assert invitations.whose(secret) == agent
    leaving.deactivate(agent, successor=None, by=admin)
    assert invitations.whose(secret) is None
    leaving.reactivate(agent, by=admin)
    assert invitations.whose(secret) is None
    assert User.objects.get(pk=agent.pk).is_active
