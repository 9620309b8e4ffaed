"""Roles: the tree of who sees whose records, and what happens to people when a role goes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.models import Role, SharingRule, User

CEO, MANAGER = "CEO", "Manager"


@dataclass(slots=True)
class Node:
    """A role in the tree, who holds it, and the roles below it."""

    role: Role
    people: list[User] = field(default_factory=list)
    below: list["Node"] = field(default_factory=list)

    def branch(self) -> Iterator[Role]:
        """The role and all below it."""
        yield self.role
        for node in self.below:
            yield from node.branch()


def ensure_defaults() -> None:
    """The roles that every installation starts with, if it has none at all."""
    if not Role.everything.exists():
        top = Role(name=CEO)
        top.save()
        Role(name=MANAGER, reports_to=top).save()


def tree() -> list[Node]:
    """All roles from the top down, by name on each step. What reports to a role in the bin stands at the top."""
    nodes = {role.pk: Node(role) for role in Role.objects.all()}
    for person in User.objects.filter(role__in=nodes, is_active=True):
        nodes[person.role_id].people.append(person)
    children = defaultdict(list)
    for node in nodes.values():
        above = node.role.reports_to_id
        children[above if above in nodes else None].append(node)
    for node in nodes.values():
        node.below = children[node.role.pk]
    return children[None]


@transaction.atomic
def make(name: str, *, below: Role | None, shares_with_peers: bool = False, by: Any) -> Role:
    """A new role. Raises ValidationError for a name that is taken."""
    access.demand(by, Act.CREATE, Role)
    role = Role(name=name, reports_to=below, share_data_with_peers=shares_with_peers)
    role.full_clean()
    with actor.acting(by):
        role.save()
    return role


@transaction.atomic
def describe(role: Role, *, name: str, shares_with_peers: bool, by: Any) -> Role:
    """Rename a role, and say whether its people see each other's records. Raises ValidationError."""
    access.demand(by, Act.UPDATE, role)
    role = Role.objects.select_for_update().get(pk=role.pk)
    if (role.name, role.share_data_with_peers) != (name, shares_with_peers):
        role.name, role.share_data_with_peers = name, shares_with_peers
        role.full_clean()
        with actor.acting(by):
            role.save()
    return role


@transaction.atomic
def move(role: Role, *, below: Role | None, by: Any) -> Role:
    """Let a role report to another one. Raises ValidationError if that would be itself or below it."""
    access.demand(by, Act.UPDATE, role)
    known = {
        each.pk: each for each in Role.objects.select_for_update().order_by("pk")
    }  # no two moves at once
    role = known[role.pk]
    if role.reports_to_id != (below.pk if below else None):
        role.reports_to = known[below.pk] if below else None  # as it is now, not as the caller read it
        role.clean()
        with actor.acting(by):
            role.save()
    return role


@transaction.atomic
def delete(role: Role, *, people_to: Role | None, by: Any) -> None:
    """Put a role into the bin; its people get another role, the roles below it report to whom it reported.

    Raises ValidationError while people hold it and none is named, or while a sharing rule speaks of it.
    """
    access.demand(by, Act.DELETE, role)
    if people_to is not None and people_to.pk == role.pk:
        raise ValidationError(_("Choose another role for these people."))
    if rules_about(role):
        raise ValidationError(_("A sharing rule speaks of this role. Change or delete that rule first."))
    list(Role.objects.select_for_update().order_by("pk"))
    role = Role.objects.get(pk=role.pk)
    with actor.acting(by):
        for person in User.everything.filter(role=role):
            if people_to is None:
                raise ValidationError(_("People hold this role. Choose which one they get."))
            person.role = people_to
            person.save(update_fields=["role"])
        for child in Role.objects.filter(reports_to=role):
            child.reports_to = role.reports_to
            child.save(update_fields=["reports_to"])
        role.bin(by=by)


def rules_about(role: Role) -> list[SharingRule]:
    """The sharing rules that speak of a role: while there is one, the role stays."""
    return list(SharingRule.objects.filter(source_role=role) | SharingRule.objects.filter(target_role=role))
