"""The pages of roles, profiles, fields and sharing: for keepers of permissions, asked again before each change."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from privacy import profiles, roles
from privacy.enums import Level, ProfileKind
from privacy.models import ModuleSharing, Profile, Role, SharingRule, User
from privacy.models.roles import PERMISSIONS
from privacy.models.user import MANAGE_AGENTS
from privacy.web.recency import PROVEN
from tests import factories

LISTS = ["privacy_role", "privacy_profile", "privacy_sharingrule", "auth_group"]


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.mark.parametrize("kind", LISTS)
def test_only_keepers_of_permissions_come_in(client: Client, db: None, kind: str) -> None:
    clerk = factories.UserFactory(profile=factories.ProfileFactory(rights=[MANAGE_AGENTS]))
    keeper = factories.UserFactory(profile=factories.ProfileFactory(rights=[PERMISSIONS]))
    client.force_login(clerk)
    assert client.get(at(f"{kind}_changelist")).status_code == 403
    assert client.get(at(f"{kind}_add")).status_code == 403
    client.force_login(keeper)
    assert client.get(at(f"{kind}_changelist")).status_code == 200
    assert client.get(at(f"{kind}_add")).status_code == 200


def test_a_change_asks_first_who_is_there(office: Client) -> None:
    session = office.session
    session[PROVEN] = 0
    session.save()
    answer = office.post(at("privacy_role_add"), {"name": "Sales"})
    assert answer.status_code == 401
    assert not Role.objects.filter(name="Sales").exists()


def test_the_switch_for_peers(office: Client) -> None:
    role = Role.objects.get(name=roles.MANAGER)
    for shares in (True, False):
        office.post(at("privacy_role_peers", role.pk), {"shares": "yes" if shares else "no"})
        role.refresh_from_db()
        assert role.share_data_with_peers is shares


def test_a_role_that_cannot_go_there_stays_and_it_is_said(office: Client) -> None:
    top, below = Role.objects.get(name=roles.CEO), Role.objects.get(name=roles.MANAGER)
    answer = office.post(at("privacy_role_superior", top.pk), {"superior": str(below.pk)}, follow=True)
    assert "can&#x27;t report to itself" in answer.content.decode()
    assert Role.objects.get(pk=top.pk).reports_to is None


def test_deleting_a_role_asks_where_its_people_go(office: Client) -> None:
    manager = Role.objects.get(name=roles.MANAGER)
    person = factories.UserFactory(full_name="Mona Manager", role=manager)
    page = at("privacy_role_delete", manager.pk)
    assert "Mona Manager" in office.get(page).content.decode()
    assert office.post(page, {"people_to": ""}).status_code == 200
    top = Role.objects.get(name=roles.CEO)
    assert office.post(page, {"people_to": str(top.pk)}).status_code == 302
    person.refresh_from_db()
    assert (person.role, Role.objects.filter(pk=manager.pk).exists()) == (top, False)


@pytest.mark.parametrize("kind", ["administrator", "agent", "light"])
def test_fixed_profiles_are_read_and_cloned(office: Client, kind: str) -> None:
    fixed = profiles.of_kind(ProfileKind(kind))
    page = office.get(at("privacy_profile_change", fixed.pk)).content.decode()
    assert 'name="rights"' not in page
    made = office.post(at("privacy_profile_copies", fixed.pk), {"name": "Copy"})
    copy = Profile.objects.get(name="Copy")
    assert made.headers["Location"] == at("privacy_profile_change", copy.pk)
    assert 'name="rights"' in office.get(made.headers["Location"]).content.decode()


def test_a_second_factor_is_asked_of_a_fixed_profile_too(office: Client) -> None:
    fixed = profiles.of_kind(ProfileKind.AGENT)
    form = {"description": "Everyday work", "needs_second_factor": "on"}
    assert office.post(at("privacy_profile_change", fixed.pk), form).status_code == 302
    fixed.refresh_from_db()
    assert (fixed.needs_second_factor, fixed.description, fixed.rights) == (True, "Everyday work", [])


def test_the_matrix_of_fields_says_why_something_cannot_be_hidden(office: Client) -> None:
    page = office.get(at("privacy_profile_fields", profiles.of_kind(ProfileKind.NEWBIE).pk)).content.decode()
    assert "Mandatory: no record can be made without it" in page
    assert "As this profile sees it" in page
    assert 'name="contacts.identity.value" value="masked"' in page
    assert 'name="tickets.ticket.department" value="hidden"' not in page


def test_levels_are_set_together(office: Client) -> None:
    office.post(at("privacy_sharingrule_levels"), {"tickets": "public_read", "contacts": "nonsense"})
    assert list(ModuleSharing.objects.values_list("module", "level")) == [("tickets", Level.PUBLIC_READ)]


def test_criteria_come_back_as_they_were_built(office: Client, department: Any) -> None:
    group = Group.objects.create(name="On call")
    form = {"source": "criteria", "operator_0": "is_not", "value_0": f"department={department.pk}"}
    form |= {"operator_1": "is", "value_1": "priority=3", "target": "group", "target_group": str(group.pk)}
    form |= {"may_write": "True", "superiors_too": "on"}
    assert office.post(at("privacy_sharingrule_add"), form).status_code == 302
    rule = SharingRule.objects.get()
    assert rule.criteria == [["department", "is_not", str(department.pk)], ["priority", "is", 3]]
    assert (rule.may_write, rule.superiors_too, rule.target_group) == (True, True, group)
    page = office.get(at("privacy_sharingrule_change", rule.pk)).content.decode()
    assert f'value="department={department.pk}" selected' in page
    told = office.get(at("privacy_sharingrule_changelist")).content.decode()
    assert "Department is not Support and Priority is High" in told


def test_groups_have_members_until_a_rule_needs_them(office: Client, agent: User) -> None:
    assert (
        office.post(at("auth_group_add"), {"name": "On call", "members": [str(agent.pk)]}).status_code == 302
    )
    group = Group.objects.get(name="On call")
    assert list(group.user_set.all()) == [agent]
    rule = SharingRule(
        module="tickets", source="group", source_group=group, target="group", target_group=group
    )
    rule.save()
    page = office.post(at("auth_group_delete", group.pk), {"post": "yes"}).content.decode()
    assert "Change or delete that rule first." in page
    assert at("privacy_sharingrule_change", rule.pk) in page
    assert Group.objects.filter(pk=group.pk).exists()
    assert "1 rule" in office.get(at("auth_group_changelist")).content.decode()
    rule.bin(by=None)
    assert "One person is in it" in office.get(at("auth_group_delete", group.pk)).content.decode()
    assert office.post(at("auth_group_delete", group.pk)).status_code == 302
    assert not Group.objects.filter(pk=group.pk).exists()


def test_what_is_wrong_with_a_group_stands_next_to_its_name(office: Client, agent: User) -> None:
    Group.objects.create(name="On call")
    answer = office.post(at("auth_group_add"), {"name": "On call", "members": [str(agent.pk)]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Group with this Name already exists." in page
    assert f'value="{agent.pk}" id="member-{agent.pk}" checked' in page
    assert Group.objects.count() == 1
