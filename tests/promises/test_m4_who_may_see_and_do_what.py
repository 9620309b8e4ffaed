"""M4: roles say whose records, profiles what may be done, fields what of it; and the set-up is done in the browser."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from privacy import profiles, roles, sharing
from privacy.enums import Level, ProfileKind
from privacy.models import Profile, Role, User
from tests import factories
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department, Membership, Ticket

Browser = Callable[[User], Client]


@pytest.fixture
def browser() -> Browser:
    """Somebody else's browser."""

    def opened(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return opened


def person(name: str, kind: ProfileKind, role: Role | None, department: Department) -> User:
    made: User = factories.UserFactory(full_name=name, profile=profiles.of_kind(kind), role=role)
    Membership(department=department, user=made).save()
    return made


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    sharing.set_level("tickets", Level.PRIVATE, by=None)
    return lifecycle.open(
        requester=customer, subject="Needle in the subject", body_text="Needle in the text",
        channel=Channel.EMAIL, by=customer, department=department,
    )  # fmt: skip


def page(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"


def test_a_role_is_moved_in_the_browser_and_sees_what_is_below(
    browser: Browser, admin: User, ticket: Ticket, department: Department
) -> None:
    office = browser(admin)
    tree = reverse("admin:privacy_role_changelist")
    top = Role.objects.get(name=roles.CEO)
    for name in ("Agents", "Leads"):
        office.post(reverse("admin:privacy_role_add"), {"name": name, "reports_to": str(top.pk)})
    agents, leads = (Role.objects.get(name=name) for name in ("Agents", "Leads"))
    owner = person("Otto Owner", ProfileKind.AGENT, agents, department)
    lead = person("Lotte Lead", ProfileKind.AGENT, leads, department)
    ticket.assignee = owner
    ticket.save()
    assert browser(lead).get(page(ticket)).status_code == 404
    moved = office.post(reverse("admin:privacy_role_superior", args=[agents.pk]), {"superior": str(leads.pk)})
    assert moved.headers["Location"] == f"{tree}#role-{agents.pk}"
    assert browser(lead).get(page(ticket)).status_code == 200
    shown = office.get(tree).content.decode()
    assert shown.index("Leads") < shown.index("Otto Owner")


def test_a_missing_right_wins_over_any_role(
    browser: Browser, admin: User, ticket: Ticket, department: Department
) -> None:
    """A clone of the Agent loses its tickets with one tick, at the top of the tree."""
    office = browser(admin)
    agent = profiles.of_kind(ProfileKind.AGENT)
    office.post(reverse("admin:privacy_profile_copies", args=[agent.pk]), {"name": "Desk only"})
    copy = Profile.objects.get(name="Desk only")
    boss = person("Bo Boss", ProfileKind.AGENT, Role.objects.get(name=roles.CEO), department)
    boss.profile = copy
    boss.save()
    ticket.assignee = boss
    ticket.save()
    assert browser(boss).get(page(ticket)).status_code == 200
    kept = [code for code in copy.rights if not code.startswith("tickets.view")]
    form = {"name": copy.name, "description": "", "rights": kept}
    assert office.post(reverse("admin:privacy_profile_change", args=[copy.pk]), form).status_code == 302
    assert browser(boss).get(page(ticket)).status_code == 404


def test_a_light_agent_never_writes(browser: Browser, ticket: Ticket, department: Department) -> None:
    sharing.set_level("tickets", Level.PUBLIC_ALL, by=None)
    light = browser(person("Lisa Light", ProfileKind.LIGHT, None, department))
    shown = light.get(page(ticket)).content.decode()
    assert "Needle in the text" in shown
    assert 'id="reply-form"' not in shown
    assert 'id="note-form"' not in shown
    for act, form in {
        "status": {"status": "open"}, "priority": {"priority": "3"}, "subject": {"subject": "x"},
        "assignee": {"assignee": ""}, "tags": {"name": "x"}, "replies": {"body": "x"}, "notes": {"body": "x"},
    }.items():  # fmt: skip
        assert light.post(f"{page(ticket)}{act}/", form).status_code == 403
    assert light.get("/desk/tickets/new/").status_code == 403
    form = {"customer": "new@customer.example", "subject": "x", "body": "x", "priority": "2"}
    light.post("/desk/tickets/new/", {**form, "department": str(department.pk)})
    assert Ticket.objects.count() == 1


def test_a_hidden_field_is_nowhere_and_a_read_only_one_stays(
    browser: Browser, admin: User, ticket: Ticket, department: Department, customer: Contact
) -> None:
    sharing.set_level("tickets", Level.PUBLIC_ALL, by=None)
    newbie = profiles.of_kind(ProfileKind.NEWBIE)
    office, address = browser(admin), reverse("admin:privacy_profile_fields", args=[newbie.pk])
    chosen = {
        "tickets.ticket.subject": "hidden",
        "tickets.ticket.priority": "read",
        "contacts.identity.value": "masked",
        "tickets.ticket.department": "hidden",  # mandatory: refused as a whole
    }
    assert office.post(address, chosen).status_code == 200
    assert (
        "Needle"
        in browser(person("A", ProfileKind.NEWBIE, None, department)).get(page(ticket)).content.decode()
    )
    del chosen["tickets.ticket.department"]
    assert office.post(address, chosen).status_code == 302
    seen = browser(person("Nina Newbie", ProfileKind.NEWBIE, None, department))
    lists = [page(ticket), "/desk/queues/open/", f"{page(ticket)}history/", "/desk/tickets/new/"]
    shown = "".join(seen.get(each).content.decode() for each in lists)
    shown += seen.post("/desk/search/", {"words": f"{ticket.number}"}).content.decode()
    shown += seen.post("/desk/search/", {"words": "subject", "cursor": "start"}).content.decode()
    assert "Needle in the subject" not in shown
    assert "carla@customer.example" not in shown
    assert 'name="subject"' not in shown
    assert seen.post(f"{page(ticket)}subject/", {"subject": "New"}).status_code == 403
    assert seen.post(f"{page(ticket)}priority/", {"priority": "4"}).status_code == 403
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.subject, fresh.priority) == ("Needle in the subject", 2)


def test_a_rule_is_built_in_the_browser_without_typing_code(
    browser: Browser, admin: User, ticket: Ticket, department: Department
) -> None:
    reader = person("Rita Reader", ProfileKind.AGENT, Role.objects.get(name=roles.MANAGER), department)
    ticket.assignee = admin
    ticket.save()
    assert browser(reader).get(page(ticket)).status_code == 404
    office, add = browser(admin), reverse("admin:privacy_sharingrule_add")
    form = {
        "source": "criteria",
        "operator_0": "is",
        "value_0": f"status={ticket.status}",
        "may_write": "False",
    }
    form |= {"target": "role", "target_role": str(reader.role_id)}
    assert office.post(add, {**form, "value_0": ""}).status_code == 422
    assert office.post(add, form).status_code == 302
    assert browser(reader).get(page(ticket)).status_code == 200
    assert browser(reader).post(f"{page(ticket)}priority/", {"priority": "3"}).status_code == 403
    told = office.get(reverse("admin:privacy_sharingrule_changelist")).content.decode()
    assert "Tickets where Status is New" in told
    assert "“Manager”" in told
