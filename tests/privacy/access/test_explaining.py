"""Explanation and decision never differ: both come from the same clauses."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from hypothesis import given
from hypothesis import strategies as st

from privacy import access, sharing
from privacy.access import Act, explaining, fields
from privacy.enums import FieldRight, Level
from privacy.models import FieldPermission, Role, SharingRule, User
from tests import factories
from tests.examples import example, few
from tickets.models import Department, Membership, Ticket

CODES = ["tickets.view", "tickets.update", "tickets.delete", "contacts.view", "tickets.unassigned"]
EVERYWHERE = "tickets.all_departments"

people = st.lists(
    st.tuples(
        st.sets(st.sampled_from([*CODES, EVERYWHERE]), min_size=2),  # rights
        st.integers(0, 3),  # role
        st.sets(st.integers(0, 1)),  # departments
        st.booleans(),  # in the group
    ),
    min_size=2,
    max_size=4,
)


def _company(given: Any, shape: Any, shares: Any, level: Level, rules: Any) -> tuple[list[User], Group]:
    """Four roles, two departments, a group; people as given."""
    roles: list[Role] = []
    for number, above in enumerate(shape):
        parent = roles[above % number] if number and above is not None else None
        roles.append(Role(name=f"role {number}", reports_to=parent, share_data_with_peers=shares[number]))
        roles[-1].save()
    departments = factories.DepartmentFactory.create_batch(2)
    group = Group.objects.create(name="group")
    made = []
    for codes, role, works_in, is_member in given:
        profile = factories.ProfileFactory(rights=sorted(codes))
        made.append(factories.UserFactory(profile=profile, role=roles[role]))
        for number in works_in:
            Membership(department=departments[number], user=made[-1]).save()
        if is_member:
            group.user_set.add(made[-1])
    sharing.set_level("tickets", level, by=None)
    for source, target, writes, superiors in rules:
        rule = SharingRule(module="tickets", may_write=writes, superiors_too=superiors)
        if source is None:
            rule.source, rule.criteria = "criteria", [["priority", "is", 3]]
        else:
            rule.source, rule.source_role = "branch", roles[source]
        if target is None:
            rule.target, rule.target_group = "group", group
        else:
            rule.target, rule.target_role = "role", roles[target]
        rule.save()
    return made, group


some_role = st.none() | st.integers(0, 3)


@pytest.mark.django_db
@few(25)
@given(
    given=people,
    shape=st.lists(st.none() | st.integers(0, 3), min_size=4, max_size=4),
    shares=st.lists(st.booleans(), min_size=4, max_size=4),
    level=st.sampled_from(Level),
    rules=st.lists(st.tuples(some_role, some_role, st.booleans(), st.booleans()), max_size=3),
    ticket=st.tuples(some_role, st.integers(0, 1), st.sampled_from([2, 3])),
    granted=st.none() | st.tuples(st.integers(0, 3), st.booleans(), st.booleans()),
)
def test_explanation_and_decision_never_differ(
    given: Any, shape: Any, shares: Any, level: Level, rules: Any, ticket: Any, granted: Any
) -> None:
    with example():
        staff, group = _company(given, shape, shares, level, rules)
        owner, department, priority = ticket
        row: Ticket = factories.TicketFactory(
            assignee=None if owner is None else staff[owner % len(staff)],
            department=Department.objects.order_by("pk")[department],
            priority=priority,
        )
        if granted is not None:
            to, writes, is_group = granted
            sharing.grant(row, group if is_group else staff[to % len(staff)], may_write=writes, by=None)
        message = factories.MessageFactory(ticket=row)
        for record in (row, message, row.requester):
            for act in (Act.VIEW, Act.UPDATE, Act.DELETE):
                viewers = [User.objects.get(pk=each.pk) for each in staff]
                told = explaining.explain_all(viewers, act, record)
                decided = [access.may(User.objects.get(pk=each.pk), act, record) for each in staff]
                assert [answer.allowed for answer in told] == decided
                assert all(bool(answer.reasons) == answer.allowed for answer in told)
                assert all(bool(answer.obstacles) != answer.allowed for answer in told)


@pytest.mark.django_db
@given(right=st.sampled_from([FieldRight.READ, FieldRight.HIDDEN]), may_write=st.booleans())
@few(4)
def test_fields_are_explained_as_they_are_decided(right: FieldRight, may_write: bool) -> None:
    with example():
        codes = ["tickets.view", *(["tickets.update"] if may_write else [])]
        profile = factories.ProfileFactory(rights=codes)
        FieldPermission(profile=profile, model="tickets.ticket", field="subject", right=right).save()
        viewer = factories.UserFactory(profile=profile)
        row = factories.TicketFactory(assignee=viewer, department=_department_of(viewer))
        told = {answer.label: answer.right for answer in explaining.explain_fields(viewer, row)}
        assert told["Subject"] == right
        assert told["Priority"] == (FieldRight.WRITE if may_write else FieldRight.READ)
        assert len(told) == len(list(fields.governable_fields(Ticket)))


def _department_of(user: User) -> Department:
    made: Department = factories.DepartmentFactory()
    Membership(department=made, user=user).save()
    return made


@pytest.mark.django_db
def test_many_people_cost_no_more_queries_than_few(django_assert_max_num_queries: Any) -> None:
    row = factories.TicketFactory()
    factories.UserFactory.create_batch(12, profile=factories.ProfileFactory(rights=[*CODES, EVERYWHERE]))
    everybody = list(User.objects.select_related("profile"))
    with django_assert_max_num_queries(10):
        explaining.explain_all(everybody[:1], Act.VIEW, row)
    everybody = list(User.objects.select_related("profile"))
    with django_assert_max_num_queries(10):
        assert len(explaining.explain_all(everybody, Act.VIEW, row)) == 12
