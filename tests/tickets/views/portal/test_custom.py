"""Custom fields in the portal: asked with a question, shown beside it, changed by the customer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from privacy import custom
from privacy.enums import FieldType, PortalUse
from tests.factories import DepartmentFactory
from tests.privacy.custom.fields import make_field
from tests.tickets.views.portal.conftest import sign_in
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


Filled = Callable[..., dict[str, Any]]


def test_a_visitor_fills_in_what_is_meant_for_them(
    client: Client, department: Department, filled: Filled
) -> None:
    serial = make_field("serial", portal=PortalUse.WRITE)
    make_field("inner")
    make_field("seen", portal=PortalUse.READ)
    text = client.get("/portal/ask/").content.decode()
    assert "custom_serial" in text
    assert "custom_inner" not in text
    assert "custom_seen" not in text

    answer = client.post("/portal/ask/", filled(custom_serial="47-11", custom_inner="x", custom_seen="x"))

    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert custom.values(Ticket, [ticket.pk]) == {ticket.pk: {serial.pk: "47-11"}}


def test_a_field_of_another_department_is_not_required(
    client: Client, department: Department, filled: Filled
) -> None:
    other = DepartmentFactory(is_public=True)
    make_field("serial", portal=PortalUse.WRITE, is_required=True, bounds=[other.pk])

    assert client.post("/portal/ask/", filled(department=str(department.pk))).status_code == 302
    refused = client.post("/portal/ask/", filled(department=str(other.pk)))
    assert refused.status_code == 200
    assert "This field has to be filled in." in refused.content.decode()


def test_what_is_required_where_there_is_one_department(
    client: Client, department: Department, filled: Filled
) -> None:
    make_field("serial", portal=PortalUse.WRITE, is_required=True, bounds=[department.pk])
    assert client.post("/portal/ask/", filled()).status_code == 200
    assert not Ticket.objects.exists()
    assert client.post("/portal/ask/", filled(custom_serial="x")).status_code == 302


def test_what_another_has_is_said(client: Client, department: Department, filled: Filled) -> None:
    make_field("serial", portal=PortalUse.WRITE, is_unique=True)
    client.post("/portal/ask/", filled(custom_serial="47-11"))
    refused = client.post("/portal/ask/", filled(custom_serial="47-11", subject="Again"))
    assert refused.status_code == 200
    assert "Another record has this value already." in refused.content.decode()
    assert Ticket.objects.count() == 1


def test_a_customer_sees_and_changes_their_details(
    client: Client, department: Department, filled: Filled
) -> None:
    product = make_field("product", FieldType.CHOICE, portal=PortalUse.WRITE)
    make_field("plan", portal=PortalUse.READ)
    make_field("inner")
    client.post("/portal/ask/", filled())
    ticket = Ticket.objects.get()
    custom.set_values(ticket, {"plan": "Zwirbelplan", "inner": "Zwirbelnote"}, by=None)
    sign_in(client, ticket.requester)
    address = f"/portal/tickets/{ticket.number}/"

    text = client.get(address).content.decode()
    assert "Zwirbelplan" in text
    assert "Zwirbelnote" not in text

    assert (
        client.post(f"{address}details/", {"custom_product": "alba", "custom_plan": "x"}).status_code == 302
    )
    held = custom.values(Ticket, [ticket.pk])[ticket.pk]
    assert held[product.pk] == "alba"
    assert "x" not in held.values()
    assert client.post(f"{address}details/", {"custom_product": "rhubarb"}).status_code == 422
