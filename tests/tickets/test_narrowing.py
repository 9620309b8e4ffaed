"""Lists narrowed by custom fields, and what stands in their addresses."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from privacy import custom
from privacy.custom.filtering import CannotFilter, within
from privacy.enums import FieldRight, FieldType
from privacy.models import FieldPermission, User
from tests.factories import TicketFactory
from tests.privacy.custom.fields import make_field
from tests.tickets.views.desk.conftest import page, queries
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def shown(desk: Client, **given: Any) -> tuple[set[str], str]:
    """What is listed, and the address of the list."""
    answer = desk.post("/desk/lists/open/narrowing/", {f"custom_{key}": said for key, said in given.items()})
    assert answer.status_code == 302, answer.content.decode()
    address = answer["Location"]
    return {row.subject for row in desk.get(address).context["page"].rows}, address


def make(subject: str, **values: Any) -> Ticket:
    ticket: Ticket = TicketFactory(subject=subject)
    custom.set_values(ticket, values, by=None)
    return ticket


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_by_one_value(desk: Client, is_encrypted: bool) -> None:
    make_field("contract", is_unique=True, is_encrypted=is_encrypted)
    make_field("product", FieldType.CHOICE, is_filterable=True, is_encrypted=is_encrypted)
    make_field("vip", FieldType.YES_NO, is_filterable=True, is_encrypted=is_encrypted)
    make("first", contract="Zwirbel 1", product="alba", vip=True)
    make("second", contract="Zwirbel 2", product="alba", vip=False)
    make("third")

    assert shown(desk)[0] == {"first", "second", "third"}
    assert shown(desk, contract="zwirbel  1")[0] == {"first"}
    assert shown(desk, product="alba")[0] == {"first", "second"}
    assert shown(desk, product="alba", vip="no")[0] == {"second"}
    assert shown(desk, product="lina")[0] == set()
    assert "Product: Alba (small)" in page(desk, shown(desk, product="alba")[1])


def test_nothing_that_was_typed_stands_in_the_address(desk: Client) -> None:
    make_field("contract", is_unique=True)
    _found, address = shown(desk, contract="Zwirbel 1")
    assert "wirbel" not in unquote(address)
    assert "wirbel" not in page(desk, address)


def test_by_range_where_it_lies_in_clear(desk: Client) -> None:
    make_field("renewal", FieldType.DAY, is_filterable=True, is_encrypted=False)
    make_field("size", FieldType.DECIMAL, is_filterable=True, is_encrypted=False)
    make("first", renewal=date(2027, 1, 31), size=Decimal("1.5"))
    make("second", renewal=date(2027, 2, 1), size=Decimal("2.5"))

    assert shown(desk, renewal="2027-02-01")[0] == {"second"}
    assert shown(desk, renewal="2027-01-31", renewal_to="2027-01-31")[0] == {"first"}
    assert shown(desk, size_to="2")[0] == {"first"}
    assert shown(desk, size="1.5", renewal_to="2027-03-01")[0] == {"first", "second"}


def test_an_encrypted_field_has_no_ranges(desk: Client) -> None:
    field = make_field("renewal", FieldType.DAY, is_filterable=True)
    make("first", renewal=date(2027, 1, 31))
    make("second", renewal=date(2027, 2, 1))
    assert shown(desk, renewal="2027-02-01")[0] == {"second"}
    with pytest.raises(CannotFilter):
        within(Ticket.objects.all(), field, date(2027, 1, 1))


def test_by_one_of_several_choices(desk: Client) -> None:
    make_field("products", FieldType.CHOICES, is_filterable=True, is_encrypted=False)
    make("first", products=("alba", "lina"))
    make("second", products=("lina", "tilda"))
    assert shown(desk, products=["lina"])[0] == {"first", "second"}
    assert shown(desk, products=["lina", "alba"])[0] == {"first"}


@pytest.mark.parametrize("code", ["nothing~is~00", "vip~is~xyz", "vip~from~yes", "vip", "vip~is~", "~~"])
def test_what_makes_no_sense_is_left_out(desk: Client, code: str) -> None:
    make_field("vip", FieldType.YES_NO, is_filterable=True)
    make("first", vip=True)
    assert len(desk.get("/desk/queues/open/", {"has": code}).context["page"].rows) == 1


def test_what_is_wrong_is_said(desk: Client) -> None:
    make_field("size", FieldType.NUMBER, is_filterable=True)
    answer = desk.post("/desk/lists/open/narrowing/", {"custom_size": "large"})
    assert answer.status_code == 422
    assert "Please check this" in answer.content.decode()


def test_a_hidden_field_narrows_nothing(desk: Client, agent: User) -> None:
    field = make_field("vip", FieldType.YES_NO, is_filterable=True)
    make("first", vip=True)
    make("second", vip=False)
    right = FieldPermission(
        profile=agent.profile, model="tickets.ticket", field="custom.vip", right=FieldRight.HIDDEN
    )
    right.save()
    code = f"vip~is~{field.index_of(True).hex()}"
    assert len(desk.get("/desk/queues/open/", {"has": code}).context["page"].rows) == 2
    assert "custom_vip" not in page(desk, "/desk/queues/open/")


def test_a_narrowed_list_costs_the_same_for_one_and_many(desk: Client) -> None:
    make_field("vip", FieldType.YES_NO, is_filterable=True)
    make("first", vip=True)
    _found, address = shown(desk, vip="yes")
    one = queries(desk, address)
    for number in range(8):
        make_field(f"other_{number}", is_filterable=True)
        make(f"ticket {number}", vip=True)
    assert queries(desk, address) == one


def test_the_search_finds_what_is_unique(desk: Client) -> None:
    make_field("contract", is_unique=True)
    make("first", contract="47-11-ZW")
    assert "first" in desk.post("/desk/search/", {"words": "47-11-zw"}).content.decode()
