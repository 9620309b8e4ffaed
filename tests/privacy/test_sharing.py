"""Data sharing: levels and rules that make sense, groups, single records until a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone

from privacy import access, groups, roles, sharing
from privacy.access import Act, Denied
from privacy.enums import Level
from privacy.models import ModuleSharing, Role, SharingRule, User
from tests import factories
from tickets.models import Ticket

ACTS = ["tickets.view", "tickets.update"]


@pytest.fixture
def outsider(db: None) -> User:
    """May see and change tickets, but none is theirs; the top of no tree."""
    made: User = factories.UserFactory(role=None, profile=factories.ProfileFactory(rights=ACTS))
    return made


@pytest.fixture
def ticket(agent: User) -> Ticket:
    made: Ticket = factories.TicketFactory(assignee=agent)
    sharing.set_level("tickets", Level.PRIVATE, by=None)
    return made


def sees(user: User, ticket: Ticket, act: Act = Act.VIEW) -> bool:
    return access.may(User.objects.get(pk=user.pk), act, ticket)


# -- levels and rules


def test_levels_are_told_also_where_nothing_was_set(admin: User) -> None:
    sharing.set_level("contacts", Level.PUBLIC_READ, by=admin)
    told = sharing.levels()
    assert (told["contacts"], told["organisations"]) == (Level.PUBLIC_READ, Level.PRIVATE)
    with pytest.raises(ValidationError):
        sharing.set_level("nonsense", Level.PRIVATE, by=admin)


def test_the_same_level_again_writes_no_history(admin: User) -> None:
    for _again in range(2):
        sharing.set_level("contacts", Level.PUBLIC_READ, by=admin)
    assert ModuleSharing.history.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"module": "nonsense"},
        {"source": "role"},
        {"source": "branch"},
        {"source": "group"},
        {"source": "criteria"},
        {"source": "criteria", "criteria": [["subject", "is", "x"]]},
        {"target": "group"},
        {"target_role": None},
    ],
)
def test_rules_that_make_no_sense_are_refused(admin: User, wrong: dict[str, Any]) -> None:
    sound = {"module": "tickets", "source": "criteria", "criteria": [["status", "is", "new"]]}
    sound |= {"target": "role", "target_role": Role.objects.get(name=roles.CEO)}
    with pytest.raises(ValidationError):
        sharing.save_rule(SharingRule(**{**sound, "criteria": [], **wrong}), by=admin)
    assert sharing.save_rule(SharingRule(**sound), by=admin).pk


def test_what_does_not_belong_to_a_rule_is_cleared(admin: User) -> None:
    top = Role.objects.get(name=roles.CEO)
    group = Group.objects.create(name="Night shift")
    rule = SharingRule(module="tickets", source="role", source_role=top, source_group=group)
    rule.criteria, rule.target, rule.target_role, rule.target_group = [["x"]], "group", top, group
    sharing.save_rule(rule, by=admin)
    assert (rule.source_group, rule.criteria, rule.target_role, rule.target_group) == (None, [], None, group)


def test_a_rule_opens_and_its_deletion_closes(ticket: Ticket, outsider: User, admin: User) -> None:
    group = groups.save(Group(name="Night shift"), members=[outsider], by=admin)
    criteria = [["status", "is", ticket.status]]
    rule = SharingRule(
        module="tickets", source="criteria", criteria=criteria, target="group", target_group=group
    )
    assert not sees(outsider, ticket)
    sharing.save_rule(rule, by=admin)
    _everywhere(outsider)
    assert sees(outsider, ticket)
    assert not sees(outsider, ticket, Act.UPDATE)
    sharing.delete_rule(rule, by=admin)
    assert not sees(outsider, ticket)


def _everywhere(user: User) -> None:
    assert user.profile is not None
    user.profile.rights = [*ACTS, "tickets.all_departments"]
    user.profile.save()


# -- groups


def test_a_group_that_a_rule_speaks_of_stays(admin: User, agent: User) -> None:
    group = groups.save(Group(name="Night shift"), members=[agent], by=admin)
    rule = SharingRule(
        module="tickets", source="group", source_group=group, target="group", target_group=group
    )
    sharing.save_rule(rule, by=admin)
    with pytest.raises(ValidationError):
        groups.delete(group, by=admin)
    sharing.delete_rule(rule, by=admin)
    assert groups.rules_about(group) == []


# -- single records


def test_one_record_is_shared_read_then_write_then_not(ticket: Ticket, outsider: User, agent: User) -> None:
    sharing.grant(ticket, outsider, by=agent)
    assert sees(outsider, ticket)
    assert not sees(outsider, ticket, Act.UPDATE)
    sharing.grant(ticket, outsider, may_write=True, by=agent)
    assert sees(outsider, ticket, Act.UPDATE)
    assert [grant.user for grant in sharing.grants_of(ticket)] == [outsider]
    sharing.revoke(ticket, outsider, by=agent)
    assert not sees(outsider, ticket)
    assert sharing.grants_of(ticket) == []


def test_a_share_ends_by_itself(ticket: Ticket, outsider: User, agent: User) -> None:
    soon = timezone.now() + timedelta(hours=1)
    grant = sharing.grant(ticket, outsider, until=soon, by=agent)
    assert sees(outsider, ticket)
    grant.expires_at = timezone.now() - timedelta(seconds=1)
    grant.save()
    assert not sees(outsider, ticket)
    assert sharing.grants_of(ticket) == []
    with pytest.raises(ValidationError):
        sharing.grant(ticket, outsider, until=timezone.now() - timedelta(days=1), by=agent)


def test_a_share_gives_no_right_that_the_profile_lacks(ticket: Ticket, agent: User) -> None:
    reader = factories.UserFactory(role=None, profile=factories.ProfileFactory(rights=["tickets.view"]))
    sharing.grant(ticket, reader, may_write=True, by=agent)
    assert sees(reader, ticket)
    assert not sees(reader, ticket, Act.UPDATE)


def test_a_group_shares_with_its_members(ticket: Ticket, outsider: User, admin: User) -> None:
    group = groups.save(Group(name="Night shift"), members=[], by=admin)
    sharing.grant(ticket, group, by=admin)
    assert not sees(outsider, ticket)
    groups.save(group, members=[outsider], by=admin)
    assert sees(outsider, ticket)


def test_who_may_not_manage_permissions_changes_nothing(agent: User) -> None:
    top = Role.objects.get(name=roles.CEO)
    rule = SharingRule(module="tickets", source="role", source_role=top, target="role", target_role=top)
    for act in (
        lambda: sharing.set_level("tickets", Level.PRIVATE, by=agent),
        lambda: sharing.save_rule(rule, by=agent),
        lambda: groups.save(Group(name="Mine"), members=[agent], by=agent),
    ):
        with pytest.raises(Denied):
            act()
