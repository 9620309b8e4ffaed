"""Departments, tags and tickets in the administration."""

from typing import Any

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


NAMED = [
    (
        factories.DepartmentFactory,
        {"name": "Sales", "slug": "sales", "position": "1"},
        {
            "name": ["There is a department of this name already."],
            "slug": ["Another department has this short name already."],
        },
    ),
    (
        factories.TagFactory,
        {"name": "VIP", "colour": "grey"},
        {"name": ["There is a tag of this name already."]},
    ),
    (
        factories.MailboxFactory,
        {"name": "Sales", "address": "sales@helpdesk.example", "folder": "INBOX", "after_import": "mark_seen"}
        | {"imap_port": "993", "imap_security": "ssl", "smtp_port": "465", "smtp_security": "ssl"}
        | {"auth": "password"},
        {"address": ["There is a mailbox with this address already."]},
    ),
]


@pytest.mark.parametrize(("make", "form", "errors"), NAMED, ids=["department", "tag", "mailbox"])
def test_a_name_is_taken_by_the_living_and_free_again_from_the_bin(
    office: Client, department: Department, make: Any, form: dict[str, str], errors: dict[str, list[str]]
) -> None:
    named = {key: form[key] for key in ("name", "slug", "address") if key in form}
    earlier = make(**named)
    model = type(earlier)
    address = reverse(f"admin:tickets_{model._meta.model_name}_add")
    if hasattr(model, "department"):
        form = {**form, "department": str(department.pk)}

    answer = office.post(address, form)
    assert (answer.status_code, answer.context["adminform"].form.errors) == (200, errors)

    earlier.bin(by=None)
    assert office.post(address, form).status_code == 302
    assert model.objects.filter(**named).exclude(pk=earlier.pk).count() == 1


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
