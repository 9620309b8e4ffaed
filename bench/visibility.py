"""The queue's first page with visibility against the same page without any, for people in very different places."""

from bench.scratch import databases  # isort: skip  (sets Django up)

from typing import Any

from django.contrib.auth.models import Group

from bench import house
from bench.measuring import Result, compare, say
from privacy import sharing
from privacy.access import viewpoint
from privacy.models import Profile, Role, SharingRule, User
from privacy.web.lists import by_key
from tickets import queues
from tickets.enums import ACTIVE
from tickets.models import Membership, Ticket
from tickets.views.desk import lists

AGENTS = 200
DEPARTMENTS = 8
RULES = 50
GRANTS = 40
WIDTH = 4  # roles under each role: 1 + 4 + 16 + 64 in four levels

RIGHTS = ["tickets.view", "tickets.update", "tickets.unassigned"]


def measure() -> list[Result]:
    """Fill the house, then ask for the first page of all active tickets as each of them."""
    cast = _house()
    results = [
        compare(
            f"first page, {name} : nobody's rights asked",
            ours=lambda viewer=viewer: _page(viewer),
            reference=_bare_page,
            target=target,
            times=40,
        )
        for name, (viewer, target) in cast.items()
    ]
    agent = cast["an agent of three departments"][0]
    counts = compare(
        "all counts of the rail, as that agent : each counted, no rights",
        ours=lambda: queues.counts(agent),
        reference=_bare_counts,
        target=1.0,
        times=15,
    )
    rules = compare(
        "reading all rules, once a request : that page",
        ours=lambda: _page(_forgetful(agent)),
        reference=lambda: _page(agent),
        target=4.0,
        times=40,
    )
    return [*results, counts, rules]


def _page(viewer: User) -> object:
    rows = lists.with_people(queues.queue("open", viewer))
    return by_key(rows, moment="last_message_at", viewer=viewer)


def _forgetful(viewer: User) -> User:
    """The same person, as a request finds them: nothing of the rules has been read."""
    viewpoint.forget(viewer)
    viewer.__dict__.pop("_departments", None)
    return viewer


def _bare_page() -> object:
    return by_key(lists.with_people(Ticket.objects.active()), moment="last_message_at")


def _bare_counts() -> object:
    active = Ticket.objects.active()
    return [
        active.order_by().count(),
        active.unassigned().order_by().count(),
        *(Ticket.objects.filter(status=status).order_by().count() for status in ACTIVE),
    ]


def _house() -> dict[str, tuple[User, float]]:
    profile = Profile(name="agents", rights=RIGHTS)
    everywhere = Profile(name="everywhere", rights=[*RIGHTS, "tickets.all_departments"])
    owners_only = Profile(name="owners only", rights=["tickets.view", "tickets.all_departments"])
    for each in (profile, everywhere, owners_only):
        each.save()
    people, rooms = house.staff(AGENTS, profile), house.departments(DEPARTMENTS)
    levels = _tree()
    leaves = levels[-1]
    for number, person in enumerate(people):
        person.role = leaves[number % len(leaves)]
        person.save()
        for room in rooms[number % DEPARTMENTS :][:3]:
            Membership(user=person, department=room).save()
    top, head, lead, rare, agent, alone = people[:6]
    for person, role, rights in (
        (top, levels[0][0], owners_only),
        (head, levels[1][0], everywhere),
        (lead, levels[2][0], profile),
        (rare, leaves[0], owners_only),
        (alone, leaves[1], owners_only),
    ):
        person.role, person.profile = role, rights
        person.save()
    _rules(levels, leaves, people)
    house.fill(people, rare, rooms)
    for ticket in Ticket.objects.active().order_by("created_at")[:GRANTS]:
        sharing.grant(ticket, alone, by=None)
    fresh = {person.pk: person for person in User.objects.select_related("role", "profile")}
    return {
        "an agent of three departments": (fresh[agent.pk], 2.0),
        "a lead of four roles": (fresh[lead.pk], 2.0),
        "a head of a quarter of the house": (fresh[head.pk], 2.0),
        "the top, 199 owners": (fresh[top.pk], 6.0),
        "one whose few tickets are old (skewed)": (fresh[rare.pk], 4.0),
        "one with old tickets shared singly (skewed)": (fresh[alone.pk], 4.0),
    }


def _tree() -> list[list[Role]]:
    """Four levels of roles, by level."""
    levels: list[list[Role]] = [[Role(name="top")]]
    levels[0][0].save()
    for depth in range(3):
        level = []
        for above in levels[depth]:
            for number in range(WIDTH):
                role = Role(name=f"{above.name}.{number}", reports_to=above)
                role.save()
                level.append(role)
        levels.append(level)
    say(f"{sum(map(len, levels))} roles in {len(levels)} levels")
    return levels


def _rules(levels: list[list[Role]], leaves: list[Role], people: list[User]) -> None:
    """Fifty sharing rules, of every kind, between roles beside those that are measured, and some for them."""
    group = Group.objects.create(name="experts")
    group.user_set.set(people[10:20])  # type: ignore[attr-defined]
    for number in range(RULES):
        rule: dict[str, Any] = {"source": "role", "source_role": leaves[(number * 7) % len(leaves)]}
        if number % 10 == 3:
            rule = {"source": "criteria", "criteria": [["priority", "is", 4]]}
        if number % 10 == 5:
            rule = {"source": "group", "source_group": group}
        SharingRule(
            module="tickets", target="role", target_role=leaves[(number * 3 + 4) % len(leaves)], **rule
        ).save()
    say(f"{RULES} sharing rules")


if __name__ == "__main__":
    with databases():
        measure()
