"""The tree of roles: no rings, nobody is left without a role, and only who may changes it."""

import pytest
from django.core.exceptions import ValidationError

from privacy import roles
from privacy.access import Denied
from privacy.models import Role, SharingRule, User
from tests import factories


@pytest.fixture
def top(db: None) -> Role:
    found: Role = Role.objects.get(name=roles.CEO)
    return found


@pytest.fixture
def manager(db: None) -> Role:
    found: Role = Role.objects.get(name=roles.MANAGER)
    return found


def shape(nodes: list[roles.Node]) -> dict[str, object]:
    return {node.role.name: shape(node.below) for node in nodes}


def test_the_tree_is_drawn_from_the_top_with_its_people(top: Role, manager: Role, admin: User) -> None:
    roles.make("Sales", below=manager, by=admin)
    roles.make("Board", below=None, by=admin)
    assert shape(roles.tree()) == {"Board": {}, "CEO": {"Manager": {"Sales": {}}}}
    assert [node.people for node in roles.tree() if node.role == top] == [[admin]]
    assert [role.name for role in roles.tree()[1].branch()] == ["CEO", "Manager", "Sales"]


def test_what_reports_to_a_role_in_the_bin_is_not_lost(top: Role, manager: Role) -> None:
    top.bin(by=None)
    assert shape(roles.tree()) == {"Manager": {}}


@pytest.mark.parametrize("below", ["itself", "its own subordinate"])
def test_no_role_reports_to_itself(top: Role, manager: Role, admin: User, below: str) -> None:
    with pytest.raises(ValidationError):
        roles.move(top, below=top if below == "itself" else manager, by=admin)
    top.refresh_from_db()
    assert top.reports_to is None


def test_a_superior_that_was_moved_meanwhile_makes_no_ring(top: Role, manager: Role, admin: User) -> None:
    """Two people drag at once: the second one's picture of the tree is old."""
    sales = roles.make("Sales", below=top, by=admin)
    as_read_before = Role.objects.select_related("reports_to").get(pk=manager.pk)
    roles.move(manager, below=sales, by=admin)
    with pytest.raises(ValidationError):
        roles.move(sales, below=as_read_before, by=admin)


def test_moving_to_where_it_is_writes_no_history(top: Role, manager: Role, admin: User) -> None:
    before = manager.history.count()
    roles.move(manager, below=top, by=admin)
    assert manager.history.count() == before
    roles.move(manager, below=None, by=admin)
    assert manager.history.first().actor_id == admin.pk


def test_names_are_given_once(manager: Role, admin: User) -> None:
    with pytest.raises(ValidationError):
        roles.make(roles.CEO, below=None, by=admin)
    with pytest.raises(ValidationError):
        roles.describe(manager, name=roles.CEO, shares_with_peers=False, by=admin)


def test_a_role_goes_and_its_people_and_subordinates_stay(top: Role, manager: Role, admin: User) -> None:
    sales = roles.make("Sales", below=manager, by=admin)
    person = factories.UserFactory(role=manager, is_active=False)
    with pytest.raises(ValidationError):
        roles.delete(manager, people_to=None, by=admin)
    with pytest.raises(ValidationError):
        roles.delete(manager, people_to=manager, by=admin)
    roles.delete(manager, people_to=sales, by=admin)
    person.refresh_from_db()
    sales.refresh_from_db()
    assert (person.role, sales.reports_to) == (sales, top)
    assert Role.everything.get(pk=manager.pk).deleted_by == admin.pk


def test_a_role_that_a_rule_speaks_of_stays(top: Role, manager: Role, admin: User) -> None:
    rule = SharingRule(module="tickets", source="role", source_role=top, target="role", target_role=manager)
    rule.save()
    for role in (top, manager):
        assert roles.rules_about(role) == [rule]
        with pytest.raises(ValidationError):
            roles.delete(role, people_to=top if role == manager else manager, by=admin)


def test_who_may_not_manage_permissions_changes_nothing(manager: Role, agent: User) -> None:
    for act in (
        lambda: roles.make("Mine", below=None, by=agent),
        lambda: roles.describe(manager, name="Mine", shares_with_peers=True, by=agent),
        lambda: roles.move(manager, below=None, by=agent),
        lambda: roles.delete(manager, people_to=None, by=agent),
    ):
        with pytest.raises(Denied):
            act()
