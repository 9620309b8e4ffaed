"""Why can Anna see this, and who can: on pages for those who manage permissions, and for nobody else."""

import pytest
from django.test import Client

from contacts.models import Contact
from privacy import sharing
from privacy.enums import FieldRight, Level
from privacy.models import FieldPermission, User
from tests import factories
from tickets.models import Department, Membership, Ticket


@pytest.fixture
def reader(department: Department) -> User:
    """Sees what is theirs, in one department, without priorities."""
    sharing.set_level("tickets", Level.PRIVATE, by=None)
    profile = factories.ProfileFactory(name="Reader", rights=["tickets.view"])
    FieldPermission(profile=profile, model="tickets.ticket", field="priority", right=FieldRight.HIDDEN).save()
    made: User = factories.UserFactory(full_name="Rita Reader", role=None, profile=profile)
    Membership(department=department, user=made).save()
    return made


@pytest.fixture
def ticket(customer: Contact, department: Department, reader: User) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer, department=department, assignee=reader)
    return made


@pytest.fixture
def keeper(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_why_somebody_sees_a_ticket_and_which_fields(keeper: Client, ticket: Ticket, reader: User) -> None:
    said = keeper.get(f"/desk/tickets/{ticket.number}/access/{reader.pk}/").content.decode()
    assert f"Why can Rita Reader see ticket #{ticket.number}?" in said
    assert "It is their own" in said
    assert "doesn&#x27;t allow it: Tickets: change" in said
    assert "don&#x27;t show" in said


def test_why_somebody_does_not_see_a_ticket(keeper: Client, ticket: Ticket, reader: User) -> None:
    ticket.department = factories.DepartmentFactory()
    ticket.save()
    said = keeper.get(f"/desk/tickets/{ticket.number}/access/{reader.pk}/").content.decode()
    assert "Why can't Rita Reader see" in said
    assert "It is their own, but it lies in a department in which they don&#x27;t work" in said
    assert "Its fields" not in said


def test_who_can_see_a_ticket_and_a_person(keeper: Client, ticket: Ticket, reader: User) -> None:
    for page in (f"/desk/tickets/{ticket.number}/access/", f"/desk/people/{ticket.requester_id}/access/"):
        said = keeper.get(page).content.decode()
        assert said.index("administers the helpdesk") < said.index("Rita Reader") or "Ada Admin" in said
    single = f"/desk/people/{ticket.requester_id}/access/{reader.pk}/"
    assert "Why can't Rita Reader see Carla Customer?" in keeper.get(single).content.decode()


def test_how_far_somebody_sees(keeper: Client, ticket: Ticket, reader: User) -> None:
    said = keeper.get(f"/desk/access/{reader.pk}/").content.decode()
    assert "What can Rita Reader see?" in said
    assert "1 record" in said


def test_the_question_leads_to_its_answer(keeper: Client, ticket: Ticket, reader: User) -> None:
    def asked(**query: object) -> str:
        return keeper.get("/desk/access/", query).headers.get("Location", "")

    assert asked(agent=reader.pk, number=ticket.number).endswith(f"{ticket.number}/access/{reader.pk}/")
    assert asked(number=ticket.number) == f"/desk/tickets/{ticket.number}/access/"
    assert asked(agent=reader.pk) == f"/desk/access/{reader.pk}/"
    assert "There is no ticket" in keeper.get("/desk/access/", {"number": 99999}).content.decode()


def test_others_are_turned_away(client: Client, ticket: Ticket, agent: User) -> None:
    client.force_login(agent)
    for page in (
        "/desk/access/",
        f"/desk/access/{agent.pk}/",
        f"/desk/tickets/{ticket.number}/access/",
        f"/desk/tickets/{ticket.number}/access/{agent.pk}/",
        f"/desk/people/{ticket.requester_id}/access/",
        f"/desk/people/{ticket.requester_id}/access/{agent.pk}/",
    ):
        assert client.get(page).status_code == 403
    assert "/access/" not in client.get(f"/desk/tickets/{ticket.number}/").content.decode()
