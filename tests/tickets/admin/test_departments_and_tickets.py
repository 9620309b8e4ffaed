"""Departments, tags and tickets in the administration."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from privacy.models import User
from tests import factories
from tickets.models import Department


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_one_department_takes_the_rest(office: Client) -> None:
    first = factories.DepartmentFactory(name="First", slug="first", is_default=True)
    form = {
        "name": "Second",
        "slug": "second",
        "position": "2",
        "is_default": "on",
        "description": "",
        "signature": "",
    }
    assert office.post(reverse("admin:tickets_department_add"), form).status_code == 302
    assert [department.name for department in Department.objects.filter(is_default=True)] == ["Second"]
    assert first.history.count() == 2


def test_a_department_in_use_stays(office: Client) -> None:
    ticket = factories.TicketFactory()
    unused = factories.DepartmentFactory()
    for department, expected in ((ticket.department, 403), (unused, 302)):
        address = reverse("admin:tickets_department_delete", args=[department.pk])
        assert office.post(address, {"post": "yes"}).status_code == expected


def test_tickets_are_looked_at_and_not_changed(office: Client, customer: Contact) -> None:
    ticket = factories.TicketFactory(requester=customer)
    address = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    page = office.get(address).content.decode()
    assert f'href="/desk/tickets/{ticket.number}/"' in page
    assert "Carla Customer" in page
    assert office.post(address, {"status": "closed"}).status_code == 403
    assert (
        office.post(reverse("admin:tickets_ticket_delete", args=[ticket.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_tickets_are_found_by_number_and_by_their_customer(office: Client, customer: Contact) -> None:
    ticket = factories.TicketFactory(requester=customer)
    factories.TicketFactory()
    for text in (str(ticket.number), f"#{ticket.number}", "carla@customer.example"):
        answer = office.post(reverse("admin:tickets_ticket_search"), {"text": text})
        assert answer.headers["Location"] == reverse("admin:tickets_ticket_change", args=[ticket.pk])
