"""Where a member of staff stands: their profile's rights, the roles below and beside them, groups, rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONArray

from privacy.access import rights
from privacy.enums import Act, Level
from privacy.models import CustomField, FieldPermission, ModuleSharing, Role, SharingRule, User

NOBODY: frozenset[UUID] = frozenset()
READ_ALONG = (
    "read_levels",
    "read_field_permissions",
    "read_tree",
    "read_people",
    "read_groups",
    "read_rules",
)
RULE = ("module", "source", "criteria", "target", "may_write", "superiors_too")
ENDS = (
    "source_role",
    "source_role__name",
    "source_group",
    "source_group__name",
    "target_role",
    "target_group",
)
SAME_FOR_ALL = ("_tree", "_children", "_people", "_levels", "_rules", "_in_groups")


def with_standing(users: Any) -> Any:
    """Users with what every page asks of their standing, in the statement that reads them."""
    kept = FieldPermission.objects.filter(profile=OuterRef("profile"))
    told = (
        ModuleSharing.objects.values(entry=JSONArray("module", "level")),
        kept.values(entry=JSONArray("model", "field", "right")),
        Role.objects.order_by().values(entry=JSONArray("pk", "reports_to", "share_data_with_peers")),
        User.everything.exclude(role=None).order_by().values(entry=JSONArray("pk", "role")),
        _memberships().filter(user=OuterRef("pk")).values("group"),
        SharingRule.objects.values(entry=JSONArray(*ENDS, *RULE)),
    )
    known = dict(zip(READ_ALONG, map(ArraySubquery, told), strict=True))
    return users.select_related("profile").annotate(**known)


def of(user: User) -> "Viewpoint":
    """The user's standing; read once for each time that the user is loaded."""
    found = user.__dict__.get("_viewpoint")
    if found is None:
        found = user.__dict__["_viewpoint"] = Viewpoint(user)
    return found


def meet(users: Sequence[User]) -> None:
    """Read what is the same for everybody once: the tree, the people, levels, rules, groups."""
    if not users:
        return
    first = of(users[0])
    same = {name: getattr(first, name) for name in SAME_FOR_ALL}
    for user in users:
        groups = frozenset(group for group, people in first._in_groups.items() if user.pk in people)
        of(user).__dict__.update(same, groups=groups)


def forget(user: User) -> None:
    """Read anew at the next question: after the user's own standing was changed."""
    user.__dict__.pop("_viewpoint", None)
    for name in READ_ALONG:
        setattr(user, name, None)


class Viewpoint:
    """What the rules say of one member of staff. Each part is read when it is first asked for."""

    def __init__(self, user: User) -> None:
        self.user = user

    def _along(self, name: str) -> Any:
        """What was read together with the user; None where that wasn't."""
        return getattr(self.user, name, None)

    @cached_property
    def is_administrator(self) -> bool:
        """Whether nothing is withheld: the fixed profile for that, or Django's superuser."""
        profile = self.user.profile
        return self.user.is_superuser or (profile is not None and profile.is_administrator)

    @cached_property
    def rights(self) -> frozenset[str]:
        """The codes that the profile allows; none without a profile."""
        if self.is_administrator:
            return rights.all_codes()
        profile = self.user.profile
        if profile is None or profile.deleted_at is not None:
            return frozenset()
        return rights.given_to(profile.kind) if profile.is_fixed else frozenset(profile.rights)

    def holds(self, *codes: str) -> bool:
        """Whether the profile allows all of these."""
        return self.rights.issuperset(codes)

    def allows(self, module: str, act: Act) -> bool:
        """Whether the profile allows this to records of a module."""
        return self.holds(rights.module_right(module, act))

    @cached_property
    def field_permissions(self) -> dict[tuple[str, str], str]:
        """The profile's rights to fields, by model and field, where they aren't reading and writing."""
        if self.user.profile_id is None or self.is_administrator:
            return {}
        rows = self._along("read_field_permissions")
        if rows is None:
            rows = FieldPermission.objects.filter(profile=self.user.profile_id)
            rows = rows.values_list("model", "field", "right")
        return {(model, name): right for model, name, right in rows}

    @cached_property
    def custom_fields(self) -> list[CustomField]:
        """Every custom field there is, in order."""
        return list(CustomField.objects.all())

    # -- the tree

    @cached_property
    def _tree(self) -> dict[UUID, tuple[UUID | None, bool]]:
        rows = self._along("read_tree")
        if rows is None:
            rows = Role.objects.values_list("pk", "reports_to", "share_data_with_peers")
        return {_id(pk): (_id(above), shares) for pk, above, shares in rows}

    @cached_property
    def _children(self) -> dict[UUID | None, list[UUID]]:
        found = defaultdict(list)
        for role, (above, _shares) in self._tree.items():
            found[above].append(role)
        return found

    def below(self, role: UUID | None) -> frozenset[UUID]:
        """The roles under this one, however deep."""
        if role is None:
            return NOBODY
        found: set[UUID] = set()
        waiting = list(self._children[role])
        while waiting:
            each = waiting.pop()
            if each not in found and each != role:
                found.add(each)
                waiting += self._children[each]
        return frozenset(found)

    def above(self, role: UUID | None) -> frozenset[UUID]:
        """The roles over this one, up to the top."""
        found: set[UUID] = set()
        while role is not None and (role := self._tree.get(role, (None, False))[0]) not in (None, *found):
            found.add(role)
        return frozenset(found)

    @cached_property
    def shares_with_peers(self) -> bool:
        """Whether those who hold the same role see each other's records."""
        role = self.user.role_id
        return role is not None and self._tree.get(role, (None, False))[1]

    # -- people

    @cached_property
    def _people(self) -> dict[UUID | None, list[UUID]]:
        rows = self._along("read_people")
        if rows is None:
            rows = User.everything.exclude(role=None).values_list("pk", "role")
        found = defaultdict(list)
        for pk, role in rows:
            found[_id(role)].append(_id(pk))
        return found

    def holders(self, roles: Iterable[UUID | None]) -> frozenset[UUID]:
        """The people who hold one of these roles, those who left included: what they own is still there."""
        return frozenset(person for role in roles for person in self._people[role])

    @cached_property
    def groups(self) -> frozenset[int]:
        """The groups that the user is in."""
        rows = self._along("read_groups")
        return frozenset(self.user.groups.values_list("pk", flat=True) if rows is None else rows)

    # -- sharing

    @cached_property
    def _levels(self) -> dict[str, str]:
        rows = self._along("read_levels")
        return dict(ModuleSharing.objects.values_list("module", "level") if rows is None else rows)

    def level(self, module: str) -> Level:
        """How far a module is shared by itself."""
        return Level(self._levels.get(module, Level.PRIVATE))

    @cached_property
    def _rules(self) -> list[SharingRule]:
        rows = self._along("read_rules")
        if rows is None:
            return list(SharingRule.objects.select_related("source_role", "source_group"))
        return [_rule(*row) for row in rows]

    def rules(self, module: str) -> list[SharingRule]:
        """The rules that open records of a module to this user."""
        return [rule for rule in self._rules if rule.module == module and self._is_meant(rule)]

    def _is_meant(self, rule: SharingRule) -> bool:
        if rule.target == SharingRule.Target.GROUP:
            return rule.target_group_id in self.groups or (
                rule.superiors_too and self._is_over(self._roles_of_group(rule.target_group_id))
            )
        meant = {rule.target_role_id}
        if rule.target == SharingRule.Target.BRANCH:
            meant |= self.below(rule.target_role_id)
        return self.user.role_id in meant or (rule.superiors_too and self._is_over(meant))

    def _is_over(self, roles: Iterable[UUID | None]) -> bool:
        return self.user.role_id is not None and any(self.user.role_id in self.above(role) for role in roles)

    def _roles_of_group(self, group: Any) -> set[UUID | None]:
        people = self._in_groups[group]
        return {role for role, holders in self._people.items() if people.intersection(holders)}

    @cached_property
    def _in_groups(self) -> dict[Any, set[UUID]]:
        found = defaultdict(set)
        for group, person in _memberships().values_list("group_id", "user_id"):
            found[group].add(person)
        return found

    def owners(self, rule: SharingRule) -> frozenset[UUID]:
        """The people whose records a rule opens."""
        if rule.source == SharingRule.Source.GROUP:
            return frozenset(self._in_groups[rule.source_group_id])
        roles = {rule.source_role_id}
        if rule.source == SharingRule.Source.BRANCH:
            roles |= self.below(rule.source_role_id)
        return self.holders(roles)


def _memberships() -> Any:
    return cast(Any, User.groups.through).objects


def _rule(
    role: str | None,
    role_name: str | None,
    group: int | None,
    group_name: str | None,
    target_role: str | None,
    target_group: int | None,
    *rest: Any,
) -> SharingRule:
    """A rule, as it came along in JSON."""
    return SharingRule(
        source_role=Role(id=_id(role), name=role_name or "") if role else None,
        source_group=Group(id=group, name=group_name or "") if group else None,
        target_role_id=_id(target_role),
        target_group_id=target_group,
        **dict(zip(RULE, rest, strict=True)),
    )


def _id(value: UUID | str | None) -> Any:
    """A uuid, which JSON tells as text."""
    return UUID(value) if isinstance(value, str) else value
