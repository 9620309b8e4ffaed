"""Custom fields at the desk: asked in a new ticket, changed beside it, told in its history."""

import pytest
from django.test import Client

from contacts.models import Contact, ContactValue
from privacy import custom
from privacy.enums import FieldRight, FieldType
from privacy.models import CustomField, FieldPermission, User
from tests.factories import ContactFactory, DepartmentFactory, OrganisationFactory, TicketFactory
from tests.privacy.custom.fields import EXAMPLES, make_field
from tests.tickets.views.desk.conftest import HTMX, page, queries, url
from tickets.models import Department, Ticket

ASK = {
    "customer": "carla@customer.example",
    "subject": "Black display",
    "body": "It is black.",
    "priority": "2",
    "assign_to_me": "on",
}


def value(record: Ticket | Contact, field: CustomField) -> object:
    return custom.values(type(record), [record.pk]).get(record.pk, {}).get(field.pk)


def test_a_new_ticket_asks_and_keeps(desk: Client, department: Department) -> None:
    field = make_field("contract", is_unique=True)
    day = make_field("renewal", FieldType.DAY, is_encrypted=False)
    assert 'name="custom_contract"' in page(desk, "/desk/tickets/new/")

    given = {"department": department.pk, "custom_contract": "47-11", "custom_renewal": "2027-02-28"}
    assert desk.post("/desk/tickets/new/", ASK | given).status_code == 302

    made = Ticket.objects.get()
    assert value(made, field) == "47-11"
    assert value(made, day) == EXAMPLES[FieldType.DAY]
    again = desk.post("/desk/tickets/new/", ASK | given)
    assert again.status_code == 422
    assert "Another record has this value already." in again.content.decode()
    assert Ticket.objects.count() == 1


def test_a_required_field_is_asked_where_it_applies(desk: Client, department: Department) -> None:
    elsewhere = DepartmentFactory()
    make_field("serial", is_required=True, bounds=[elsewhere.pk])

    refused = desk.post("/desk/tickets/new/", ASK | {"department": elsewhere.pk})
    assert refused.status_code == 422
    assert "This field has to be filled in." in refused.content.decode()
    assert desk.post("/desk/tickets/new/", ASK | {"department": department.pk}).status_code == 302
    assert not Ticket.objects.get().custom_values.exists()


@pytest.mark.parametrize("kind", FieldType.values)
def test_each_type_is_changed_beside_the_ticket(desk: Client, ticket: Ticket, kind: str) -> None:
    field = make_field("extra", kind)
    sent = {
        FieldType.DECIMAL: "-12.5",
        FieldType.MOMENT: "2027-03-01T00:59:01.000005",
        FieldType.CHOICES: ["lina", "alba"],
        FieldType.YES_NO: "no",
    }.get(FieldType(kind), EXAMPLES[kind])

    answer = desk.post(url(ticket, "fields/extra/"), {"custom_extra": sent}, headers=HTMX)

    assert answer.status_code == 200
    assert value(ticket, field) == EXAMPLES[kind]
    assert 'name="custom_extra"' in page(desk, url(ticket))


def test_what_is_wrong_is_said_beside_the_field(desk: Client, ticket: Ticket) -> None:
    field = make_field("extra", FieldType.NUMBER)

    answer = desk.post(url(ticket, "fields/extra/"), {"custom_extra": "many"}, headers=HTMX)

    assert answer.status_code == 422
    assert 'value="many"' in answer.content.decode()
    assert value(ticket, field) is None
    assert desk.post(url(ticket, "fields/nothing/"), {"custom_nothing": "x"}).status_code == 404


def test_the_history_tells_it(desk: Client, ticket: Ticket) -> None:
    make_field("product", FieldType.CHOICE)
    for chosen in ("lina", "alba", ""):
        desk.post(url(ticket, "fields/product/"), {"custom_product": chosen})

    text = page(desk, url(ticket, "history/"))

    assert "set “Product” to “Lina”" in text
    assert "changed “Product” from “Lina” to “Alba (small)”" in text
    assert "emptied “Product”" in text


@pytest.mark.parametrize("right", [FieldRight.READ, FieldRight.HIDDEN])
def test_a_profile_that_may_not(desk: Client, ticket: Ticket, agent: User, right: FieldRight) -> None:
    make_field("contract")
    custom.set_values(ticket, {"contract": "Zwirbel47"}, by=None)
    FieldPermission(
        profile=agent.profile, model="tickets.ticket", field="custom.contract", right=right
    ).save()

    is_seen = right == FieldRight.READ
    for address in (url(ticket), url(ticket, "history/")):
        assert ("Zwirbel47" in page(desk, address)) == is_seen
    assert 'name="custom_contract"' not in page(desk, url(ticket))
    assert 'name="custom_contract"' not in page(desk, "/desk/tickets/new/")
    refused = desk.post(url(ticket, "fields/contract/"), {"custom_contract": "other"})
    assert refused.status_code == (403 if is_seen else 404)


def test_fields_of_the_customer_and_their_organisation(
    desk: Client, ticket: Ticket, customer: Contact
) -> None:
    vip = make_field("vip", FieldType.YES_NO, module="contacts.contact")
    make_field("size", FieldType.NUMBER, module="contacts.organisation")
    customer.organisation = OrganisationFactory()
    customer.save()
    custom.set_values(customer.organisation, {"size": 4711}, by=None)
    assert "4711" in page(desk, url(ticket))

    address = f"/desk/people/contact/{customer.pk}/fields/vip/"
    answer = desk.post(address, {"custom_vip": "yes"}, headers=HTMX)

    assert answer.status_code == 200
    assert value(customer, vip) is True
    assert ContactValue.objects.get().of == customer
    assert desk.post(f"/desk/people/user/{customer.pk}/fields/vip/").status_code == 404


def test_a_ticket_costs_the_same_with_few_and_many_fields(
    desk: Client, ticket: Ticket, customer: Contact
) -> None:
    customer.organisation = OrganisationFactory()
    customer.save()

    def add(number: int) -> None:
        for module, record in (
            ("tickets.ticket", ticket),
            ("contacts.contact", customer),
            ("contacts.organisation", customer.organisation),
        ):
            make_field(f"extra_{number}", module=module)
            custom.set_values(record, {f"extra_{number}": "there"}, by=None)

    add(0)
    one = queries(desk, url(ticket))
    for number in range(1, 5):
        add(number)
        TicketFactory(requester=ContactFactory())

    assert queries(desk, url(ticket)) == one <= 25
