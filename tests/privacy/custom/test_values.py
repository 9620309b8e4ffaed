"""Values of custom fields: what goes in comes out, of every type, encrypted or not."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from contacts import merging
from contacts.models import Contact, ContactValue, Organisation
from privacy import access, custom
from privacy.access import Denied
from privacy.custom.definitions import writable
from privacy.enums import FieldRight, FieldType, PortalUse, Via
from privacy.lens import lifted
from privacy.models import CustomField, FieldPermission, User
from privacy.values import KINDS
from tests.examples import example, few
from tests.factories import ContactFactory, OrganisationFactory, TicketFactory
from tests.privacy.custom.fields import ANY, EXAMPLES, make_field
from tickets.models import Ticket, TicketValue

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def ticket(db: None) -> Ticket:
    made: Ticket = TicketFactory()
    return made


def held(record: Any, field: CustomField) -> Any:
    return custom.values(type(record), [record.pk]).get(record.pk, {}).get(field.pk)


@pytest.mark.parametrize("is_encrypted", [True, False])
@pytest.mark.parametrize("kind", FieldType.values)
@few(5)
@given(data=st.data())
def test_what_goes_in_comes_out(kind: str, is_encrypted: bool, data: Any) -> None:
    with example():
        ticket = TicketFactory()
        field = make_field("extra", kind, is_encrypted=is_encrypted, is_filterable=True)
        normal = KINDS[FieldType(kind)].check(data.draw(ANY[kind]))
        if normal == "":
            return

        custom.set_values(ticket, {"extra": normal}, by=None)

        found = held(ticket, field)
        assert found == normal
        assert type(found) is type(normal)
        row = TicketValue.objects.get(of=ticket)
        entry = row.history.get()
        plain = [row.text, row.number, row.day, row.moment, entry.text, entry.number, entry.day, entry.moment]
        assert any(each is not None for each in plain) != is_encrypted
        assert bool(row.sealed) == bool(entry.sealed) == is_encrypted
        found_again = custom.having(Ticket.objects.all(), field, field.index_of(normal))
        assert [each.pk for each in found_again] == [ticket.pk]


def test_every_type_has_an_example() -> None:
    assert set(EXAMPLES) == set(ANY) == set(FieldType.values) == {each.value for each in KINDS}


def test_values_are_emptied_and_set_again(ticket: Ticket, agent: User) -> None:
    field = make_field()
    for value in ("first", None, "second"):
        custom.set_values(ticket, {"extra": value}, by=agent)
        assert held(ticket, field) == value
    assert TicketValue.everything.count() == 1
    assert TicketValue.history.count() == 3


def test_setting_what_is_there_writes_no_history(ticket: Ticket, agent: User) -> None:
    make_field()
    for _again in range(2):
        custom.set_values(ticket, {"extra": "same"}, by=agent)
    assert TicketValue.history.count() == 1


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (FieldType.NUMBER, "12"),
        (FieldType.NUMBER, True),
        (FieldType.NUMBER, 10**18),
        (FieldType.DECIMAL, Decimal("0.000000001")),
        (FieldType.DECIMAL, Decimal("NaN")),
        (FieldType.DAY, "2027-02-28"),
        (FieldType.EMAIL, "nobody"),
        (FieldType.PHONE, "hello"),
        (FieldType.URL, "javascript:alert(1)"),
        (FieldType.CHOICE, "rhubarb"),
        (FieldType.CHOICES, ("alba", "rhubarb")),
        (FieldType.YES_NO, "yes"),
        (FieldType.TEXT, "a\x00b"),
        (FieldType.TEXT, "x" * 501),
    ],
)
def test_what_makes_no_sense_is_refused(ticket: Ticket, kind: str, wrong: Any) -> None:
    make_field("extra", kind)
    with pytest.raises(ValidationError) as caught:
        custom.set_values(ticket, {"extra": wrong}, by=None)
    assert list(caught.value.message_dict) == ["extra"]
    assert not TicketValue.everything.exists()


def test_all_or_nothing(ticket: Ticket) -> None:
    make_field("good")
    make_field("bad", FieldType.NUMBER)
    with pytest.raises(ValidationError):
        custom.set_values(ticket, {"good": "fine", "bad": "worse"}, by=None)
    assert not TicketValue.everything.exists()


def test_a_field_that_does_not_exist_is_an_error(ticket: Ticket) -> None:
    with pytest.raises(ValidationError):
        custom.set_values(ticket, {"nothing": "fine"}, by=None)


def test_required_fields_are_not_emptied(ticket: Ticket) -> None:
    make_field(is_required=True)
    custom.set_values(ticket, {"extra": "there"}, by=None)
    with pytest.raises(ValidationError):
        custom.set_values(ticket, {"extra": ""}, by=None)


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_a_unique_value_is_anothers_nowhere(ticket: Ticket, is_encrypted: bool) -> None:
    make_field(is_unique=True, is_encrypted=is_encrypted)
    other = TicketFactory()
    custom.set_values(ticket, {"extra": "Contract  47 ß"}, by=None)
    custom.set_values(ticket, {"extra": "Contract 47 ß"}, by=None)

    with pytest.raises(ValidationError):
        custom.set_values(other, {"extra": "CONTRACT 47 SS"}, by=None)

    custom.set_values(ticket, {"extra": None}, by=None)
    custom.set_values(other, {"extra": "contract 47 ss"}, by=None)


def test_the_database_itself_keeps_unique_values_apart(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once both look and find nobody: one of them is refused all the same."""
    make_field(is_unique=True)
    custom.set_values(ticket, {"extra": "4711"}, by=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticketvalue WHERE is_unique AND index IS NOT NULL")
        assert cursor.fetchone() == (1,)
    monkeypatch.setattr("privacy.custom.writing.refuse_taken", lambda *_: None)
    with pytest.raises(ValidationError):
        custom.set_values(TicketFactory(), {"extra": "4711"}, by=None)


def test_values_of_contacts_and_organisations(customer: Contact) -> None:
    company: Organisation = OrganisationFactory()
    on_contact = make_field("vip", FieldType.YES_NO, module="contacts.contact")
    on_company = make_field("size", FieldType.NUMBER, module="contacts.organisation")

    custom.set_values(customer, {"vip": True}, by=None)
    custom.set_values(company, {"size": 12}, by=None)

    assert held(customer, on_contact) is True
    assert held(company, on_company) == 12
    with pytest.raises(ValidationError):
        custom.set_values(customer, {"size": 12}, by=None)


def test_what_a_profile_may_not(ticket: Ticket, agent: User) -> None:
    field = make_field()
    custom.set_values(ticket, {"extra": "secret"}, by=None)
    right = FieldPermission(
        profile=agent.profile, model="tickets.ticket", field="custom.extra", right=FieldRight.READ
    )
    right.save()
    viewer = User.objects.get(pk=agent.pk)
    with pytest.raises(Denied):
        custom.set_values(ticket, {"extra": "other"}, by=viewer)
    assert [slot.may_write for slot in custom.slots(ticket, viewer)] == [False]

    right.right = FieldRight.HIDDEN
    right.save()
    viewer = User.objects.get(pk=agent.pk)
    assert custom.slots(ticket, viewer) == []
    assert held(ticket, field) == "secret"


def test_what_a_customer_may(ticket: Ticket) -> None:
    for use in PortalUse:
        make_field(use.value, portal=use)
    customer = ticket.requester

    assert [field.key for field in custom.definitions(customer, Ticket)] == ["read", "write"]
    assert [field.key for field in custom.definitions(None, Ticket)] == ["write"]
    assert [field.key for field in writable(customer, Ticket)] == ["write"]
    custom.set_values(ticket, {"write": "mine"}, by=customer)
    for key in ("none", "read"):
        with pytest.raises(Denied):
            custom.set_values(ticket, {key: "mine"}, by=customer)


def test_a_field_is_for_some_departments_only(ticket: Ticket) -> None:
    field = make_field(bounds=[ticket.department_id])
    elsewhere = TicketFactory()

    assert [slot.field for slot in custom.slots(ticket, None)] == []
    assert field.applies_to(ticket)
    assert not field.applies_to(elsewhere)


def test_a_page_reads_all_values_in_one_query(django_assert_num_queries: Any) -> None:
    make_field()
    tickets = [TicketFactory() for _ in range(5)]
    for each in tickets:
        custom.set_values(each, {"extra": "there"}, by=None)
    with django_assert_num_queries(1), lifted():
        found = custom.values(Ticket, [each.pk for each in tickets])
    assert len(found) == 5


def test_an_unencrypted_value_is_masked_as_an_encrypted_one(customer: Contact, agent: User) -> None:
    for key, is_encrypted in (("a", True), ("b", False)):
        make_field(key, FieldType.EMAIL, module="contacts.contact", is_encrypted=is_encrypted)
        FieldPermission(
            profile=agent.profile, model="contacts.contact", field=f"custom.{key}", right=FieldRight.MASKED
        ).save()
    custom.set_values(customer, {"a": "anna@post.example", "b": "anna@post.example"}, by=None)

    with access.looking(User.objects.get(pk=agent.pk), via=Via.DESK):
        seen = [row.value for row in ContactValue.objects.select_related("field")]

    assert seen == ["a•••@p•••.example"] * 2


def test_merging_contacts_brings_their_values_along(customer: Contact, admin: User) -> None:
    field = make_field("vip", FieldType.TEXT, module="contacts.contact")
    other = ContactFactory()
    custom.set_values(other, {"vip": "very"}, by=None)

    merging.merge(other, into=customer, by=admin)

    assert held(customer, field) == "very"
