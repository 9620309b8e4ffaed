"""The gate against a plain, slow, obviously right telling of the rules, over random houses."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact
from privacy import access, profiles, sharing
from privacy.access import Act, viewpoint
from privacy.enums import Level, ProfileKind
from privacy.models import Profile, Role, SharingRule, User
from privacy.web.lists import by_key
from tests import factories
from tests.examples import example, few
from tickets.enums import Status
from tickets.models import Department, Membership, Message, Ticket
from tickets.models.department import EVERYWHERE, UNASSIGNED

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

ACTS = (Act.VIEW, Act.UPDATE, Act.DELETE)
RIGHTS = [f"{module}.{act}" for module in ("tickets", "contacts") for act in ACTS] + [UNASSIGNED, EVERYWHERE]
PRIVATE = {"tickets": Level.PRIVATE, "contacts": Level.PRIVATE}
FULL = set(RIGHTS) - {EVERYWHERE, UNASSIGNED}
PEOPLE = 4
SOME = st.integers(0, 2)
MAYBE = st.none() | SOME
SOMEBODY = st.integers(0, PEOPLE - 1)

# most houses are strict, and most people may do things: only then the rules between them show
roles = st.lists(st.tuples(MAYBE, st.booleans()), min_size=4, max_size=5)
people = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from([0, 1, 2, 3, 1, 2, None]),
            "rights": st.sampled_from([FULL] * 6 + [FULL | {UNASSIGNED}, set(RIGHTS), {"administrator"}])
            | st.sets(st.sampled_from(RIGHTS)),
            "departments": st.sampled_from([{0}, {0, 1}, {1}, set()]),
            "groups": st.sampled_from([{0}, {1}, set()]),
            "is_active": st.sampled_from([True] * 7 + [False]),
        }
    ),
    min_size=PEOPLE,
    max_size=PEOPLE,
)
tickets = st.lists(
    st.fixed_dictionaries(
        {
            "owner": st.none() | SOMEBODY,
            "department": st.integers(0, 1),
            "requester": st.integers(0, 1),
            "status": st.sampled_from([Status.OPEN, Status.CLOSED]),
            "is_binned": st.sampled_from([False] * 6 + [True]),
        }
    ),
    min_size=4,
    max_size=5,
)
rules = st.lists(
    st.fixed_dictionaries(
        {
            "module": st.sampled_from(["tickets", "tickets", "contacts"]),
            "source": st.sampled_from(SharingRule.Source.values),
            "from": st.integers(0, 1),
            "target": st.sampled_from(SharingRule.Target.values),
            "to": st.integers(0, 1),
            "may_write": st.booleans(),
            "superiors_too": st.booleans(),
        }
    ),
    min_size=1,
    max_size=3,
)
grants = st.lists(
    st.fixed_dictionaries(
        {
            "ticket": st.integers(0, 3),
            "person": st.none() | SOMEBODY,  # None: the first group
            "may_write": st.booleans(),
            "until": st.sampled_from([None, timedelta(days=1)]),
            "is_over": st.booleans(),
        }
    ),
    min_size=2,
    max_size=3,
)
levels = st.sampled_from([PRIVATE] * 3) | st.fixed_dictionaries(
    {module: st.sampled_from(Level) for module in PRIVATE}
)
owners_of_contacts = st.tuples(st.none() | SOMEBODY, st.none() | SOMEBODY)


class House:
    """What an example describes, in rows; the description stays at hand for the oracle."""

    def __init__(self, **said: Any) -> None:
        self.said = said
        self.roles: list[Role] = []
        for number, (above, shares) in enumerate(said["roles"]):
            reports_to = self.roles[above] if above is not None and above < number else None
            role = Role(name=f"role {number}", reports_to=reports_to, share_data_with_peers=shares)
            role.save()
            self.roles.append(role)
        self.departments = [factories.DepartmentFactory() for _ in range(2)]
        self.groups = [Group.objects.create(name=f"group {number}") for number in range(2)]
        self.people = [self._person(each) for each in said["people"]]
        owners = [self._owner(each) for each in said["owners_of_contacts"]]
        self.contacts = [factories.ContactFactory(email="", owner=owner) for owner in owners]
        self.tickets = [self._ticket(each) for each in said["tickets"]]
        for module, level in said["levels"].items():
            sharing.set_level(module, level, by=None)
        for rule in said["rules"]:
            self._rule(rule)
        self.grants = [self._grant(each) for each in said["grants"]]

    def _person(self, said: dict[str, Any]) -> User:
        if said["rights"] == {"administrator"}:
            profile = profiles.of_kind(ProfileKind.ADMINISTRATOR)
        else:
            profile = factories.ProfileFactory(rights=sorted(said["rights"]))
        role = None if said["role"] is None else self.roles[said["role"]]
        person: User = factories.UserFactory(profile=profile, role=role, is_active=said["is_active"])
        person.groups.set([self.groups[each] for each in said["groups"]])
        for each in said["departments"]:
            Membership(user=person, department=self.departments[each]).save()
        return person

    def _owner(self, number: int | None) -> User | None:
        return None if number is None else self.people[number]

    def _ticket(self, said: dict[str, Any]) -> Ticket:
        ticket: Ticket = factories.TicketFactory(
            assignee=self._owner(said["owner"]),
            department=self.departments[said["department"]],
            requester=self.contacts[said["requester"]],
            status=said["status"],
        )
        factories.MessageFactory(ticket=ticket)
        if said["is_binned"]:
            ticket.bin(by=None)
        return ticket

    def _rule(self, said: dict[str, Any]) -> None:
        is_group, to_group = said["source"] == "group", said["target"] == "group"
        criteria = [["status", "is", "open"]] if said["module"] == "tickets" else [["language", "is", "de"]]
        SharingRule(
            module=said["module"],
            source=said["source"],
            source_role=None if is_group else self.roles[said["from"]],
            source_group=self.groups[said["from"]] if is_group else None,
            criteria=criteria if said["source"] == "criteria" else [],
            target=said["target"],
            target_role=None if to_group else self.roles[said["to"]],
            target_group=self.groups[said["to"]] if to_group else None,
            may_write=said["may_write"],
            superiors_too=said["superiors_too"],
        ).save()

    def _grant(self, said: dict[str, Any]) -> tuple[Ticket, Any, bool, bool]:
        to = self.groups[0] if said["person"] is None else self.people[said["person"]]
        until = None if said["until"] is None else timezone.now() + said["until"]
        ticket = self.tickets[said["ticket"]]
        made = sharing.grant(ticket, to, may_write=said["may_write"], until=until, by=None)
        if said["is_over"]:
            made.expires_at = timezone.now() - timedelta(seconds=1)
            made.save()
        return ticket, to, said["may_write"], said["is_over"]


class Oracle:
    """The rules, told one by one. Nothing here is quick, and nothing is shared with the gate."""

    def __init__(self, house: House) -> None:
        self.house = house

    def may(self, person: User, act: Act, row: Ticket | Contact) -> bool:
        if not person.is_active:
            return False
        if self._has(person, "administrator"):
            return True
        module = "tickets" if isinstance(row, Ticket) else "contacts"
        if not (self._has(person, f"{module}.view") and self._has(person, f"{module}.{act}")):
            return False
        if isinstance(row, Ticket):
            return self._is_granted(person, act, row) or (
                self._works_there(person, row) and self._is_reached(person, act, row, module)
            )
        is_opened = act == Act.VIEW and any(
            self.may(person, Act.VIEW, ticket)
            for ticket in self.house.tickets
            if ticket.requester == row and ticket.deleted_at is None
        )
        return is_opened or self._is_reached(person, act, row, module)

    def _has(self, person: User, right: str) -> bool:
        return right in self._said(person)["rights"]

    def _said(self, person: User) -> Any:
        return self.house.said["people"][self.house.people.index(person)]

    def _works_there(self, person: User, ticket: Ticket) -> bool:
        mine = [self.house.departments[each] for each in self._said(person)["departments"]]
        return ticket.department in mine or self._has(person, EVERYWHERE)

    def _is_granted(self, person: User, act: Act, ticket: Ticket) -> bool:
        """The last grant to the same one replaces those before it."""
        last = {to: (may_write, is_over) for of, to, may_write, is_over in self.house.grants if of == ticket}
        groups = [self.house.groups[each] for each in self._said(person)["groups"]]
        held = [grant for to, grant in last.items() if to == person or to in groups]
        return any(
            not is_over and (act == Act.VIEW or (act == Act.UPDATE and may_write))
            for may_write, is_over in held
        )

    def _is_reached(self, person: User, act: Act, row: Any, module: str) -> bool:
        level = self.house.said["levels"][module]
        if level == Level.PUBLIC_ALL or (level == Level.PUBLIC_READ and act == Act.VIEW):
            return True
        owner = row.assignee if module == "tickets" else row.owner
        if owner is None and module == "tickets" and self._has(person, UNASSIGNED):
            return True
        if owner is not None and self._reaches_owner(person, owner):
            return True
        return any(
            self._rule_opens(person, act, row, owner, rule)
            for rule in SharingRule.objects.filter(module=module)
        )

    def _reaches_owner(self, person: User, owner: User) -> bool:
        if owner == person:
            return True
        if owner.role is None or person.role is None:
            return False
        is_peer = owner.role == person.role and person.role.share_data_with_peers
        return is_peer or self._is_over(person.role, owner.role)

    def _is_over(self, role: Role, other: Role) -> bool:
        above = other.reports_to
        while above is not None:
            if above == role:
                return True
            above = above.reports_to
        return False

    def _rule_opens(self, person: User, act: Act, row: Any, owner: User | None, rule: SharingRule) -> bool:
        if act == Act.DELETE or (act == Act.UPDATE and not rule.may_write):
            return False
        return self._is_meant(person, rule) and self._is_source(row, owner, rule)

    def _is_meant(self, person: User, rule: SharingRule) -> bool:
        if self._is_target(person, rule):
            return True
        targets = [other for other in self.house.people if self._is_target(other, rule)]
        roles = [other.role for other in targets] if rule.target == "group" else self._target_roles(rule)
        return rule.superiors_too and any(
            person.role is not None and role is not None and self._is_over(person.role, role)
            for role in roles
        )

    def _is_target(self, person: User, rule: SharingRule) -> bool:
        if rule.target == "group":
            return rule.target_group in [self.house.groups[each] for each in self._said(person)["groups"]]
        return person.role in self._target_roles(rule)

    def _target_roles(self, rule: SharingRule) -> list[Role]:
        assert rule.target_role is not None
        below = [role for role in self.house.roles if self._is_over(rule.target_role, role)]
        return [rule.target_role, *(below if rule.target == "branch" else [])]

    def _is_source(self, row: Any, owner: User | None, rule: SharingRule) -> bool:
        if rule.source == "criteria":
            return bool(row.status == "open" if isinstance(row, Ticket) else row.language == "de")
        if owner is None:
            return False
        if rule.source == "group":
            return rule.source_group in [self.house.groups[each] for each in self._said(owner)["groups"]]
        assert rule.source_role is not None
        is_below = owner.role is not None and self._is_over(rule.source_role, owner.role)
        return owner.role == rule.source_role or (rule.source == "branch" and is_below)


def seen(person: User, model: type[Model], act: Act) -> set[Any]:
    """Asked as a page asks: of somebody who came with their standing, by condition and row by row."""
    fresh = viewpoint.with_standing(User.everything).get(pk=person.pk)
    rows: Any = model.objects.order_by()  # type: ignore[attr-defined]
    found = set(access.visible(fresh, rows, act).values_list("pk", flat=True))
    answers = rows.annotate(answer=access.whether(fresh, act, model)).values_list("pk", "answer")
    assert {pk for pk, answer in answers if answer} == found
    return found


def pages(person: User, size: int) -> list[Any]:
    """The same tickets as a list shows them: page after page, each cut into branches that an index knows."""
    viewer = User.everything.get(pk=person.pk)
    rows = access.visible(viewer, Ticket.objects.all())
    found, cursor = [], "start"
    while cursor:
        page = by_key(rows, cursor.removeprefix("start"), moment="created_at", size=size, viewer=viewer)
        found += [row.pk for row in page.rows]
        cursor = page.older
    return found


@few(15)
@given(
    roles=roles,
    people=people,
    tickets=tickets,
    rules=rules,
    grants=grants,
    levels=levels,
    owners_of_contacts=owners_of_contacts,
)
def test_the_gate_agrees_with_the_oracle(**said: Any) -> None:
    with example():
        house = House(**said)
        oracle = Oracle(house)
        living = [ticket for ticket in house.tickets if ticket.deleted_at is None]
        for person in house.people:
            for act in ACTS:
                mine = {ticket.pk for ticket in living if oracle.may(person, act, ticket)}
                assert seen(person, Ticket, act) == mine
                if act == Act.VIEW:
                    assert pages(person, size=2) == sorted(mine, reverse=True)
                parts = Message.objects.filter(ticket__in=mine)
                assert seen(person, Message, act) == set(parts.values_list("pk", flat=True))
                assert seen(person, Contact, act) == {
                    contact.pk for contact in house.contacts if oracle.may(person, act, contact)
                }


def test_the_oracle_tells_people_apart() -> None:
    """A house in which all rules show: if the oracle said yes (or no) to all, the test above would be empty."""
    rights = set(RIGHTS) - {EVERYWHERE, UNASSIGNED}
    somebody = {"rights": rights, "departments": {0}, "groups": set(), "is_active": True}
    ticket = {"department": 0, "requester": 0, "status": Status.OPEN, "is_binned": False}
    house = House(
        roles=[(None, False), (0, True), (0, False)],
        people=[{**somebody, "role": 0}, {**somebody, "role": 1}, {**somebody, "role": 2}],
        tickets=[{**ticket, "owner": 1}, {**ticket, "owner": None}, {**ticket, "owner": 2, "department": 1}],
        rules=[],
        grants=[],
        levels=PRIVATE,
        owners_of_contacts=(None, None),
    )
    oracle = Oracle(house)
    answers = [[oracle.may(person, Act.VIEW, each) for each in house.tickets] for person in house.people]
    assert answers == [[True, False, False], [True, False, False], [False, False, False]]
    assert Department.objects.filter(pk__in=[each.pk for each in house.departments]).count() == 2
    assert Profile.objects.exists()


def test_superiors_of_a_group_see_what_was_opened_to_it() -> None:
    """Too rare a chain for the random houses."""
    somebody = {"rights": FULL, "departments": {0}, "groups": set(), "is_active": True}
    rule = {"module": "tickets", "source": "role", "from": 0, "target": "group", "to": 1, "may_write": True}
    house = House(
        roles=[(None, False), (None, False), (1, False), (None, False)],
        people=[
            {**somebody, "role": 0},
            {**somebody, "role": 1},
            {**somebody, "role": 2, "groups": {1}},
            {**somebody, "role": 3},
        ],
        tickets=[{"owner": 0, "department": 0, "requester": 0, "status": Status.OPEN, "is_binned": False}],
        rules=[{**rule, "superiors_too": True}],
        grants=[],
        levels=PRIVATE,
        owners_of_contacts=(None, None),
    )
    oracle, (ticket,) = Oracle(house), house.tickets
    for act in ACTS:
        answers = [ticket.pk in seen(person, Ticket, act) for person in house.people]
        assert answers == [oracle.may(person, act, ticket) for person in house.people]
        assert answers == [True, act != Act.DELETE, act != Act.DELETE, False]
