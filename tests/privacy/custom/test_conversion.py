"""Switching encryption: values and history in place, batch by batch, readable all the while."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from contacts.models import Contact
from privacy import custom, registry
from privacy.access import Denied
from privacy.custom import conversion, defining
from privacy.enums import FieldType
from privacy.models import CustomField, User
from privacy.vault import keys
from tests.factories import ContactFactory, TicketFactory
from tests.privacy.custom.fields import EXAMPLES, make_field
from tickets.models import Ticket, TicketValue

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def raw_rows(*, columns: str) -> int:
    """In how many rows, of values and of history, one of these columns holds something: asked in SQL."""
    found = 0
    for model in (TicketValue, registry.history_of(TicketValue)):
        assert model is not None
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE num_nonnulls({columns}) > 0')
            found += cursor.fetchone()[0]
    return found


def raw_form() -> dict[str, int]:
    return {"sealed": raw_rows(columns="sealed"), "open": raw_rows(columns="text, number, day, moment")}


def all_batches(field: CustomField) -> int:
    batches = 0
    while conversion.convert_batch(field.pk):
        batches += 1
    return batches


def held(ticket: Ticket, field: CustomField) -> Any:
    return custom.values(Ticket, [ticket.pk]).get(ticket.pk, {}).get(field.pk)


@pytest.mark.parametrize("kind", FieldType.values)
def test_there_and_back(kind: str, admin: User) -> None:
    field = make_field("extra", kind, is_encrypted=False, is_filterable=True)
    ticket = TicketFactory()
    for value in (EXAMPLES[kind], None, EXAMPLES[kind]):
        custom.set_values(ticket, {"extra": value}, by=admin)
    story = [text for _entry, text in custom.told(ticket, admin)]
    assert raw_form() == {"sealed": 0, "open": 3}

    for encrypted, form in ((True, {"sealed": 3, "open": 0}), (False, {"sealed": 0, "open": 3})):
        conversion.switch(field, encrypted=encrypted, by=admin, despite_personal=True)
        assert held(ticket, field) == EXAMPLES[kind]
        all_batches(field)
        assert raw_form() == form
        assert conversion.remaining(field.pk) == 0
        assert held(ticket, field) == EXAMPLES[kind]
        assert [text for _entry, text in custom.told(ticket, admin)] == story
        index = field.index_of(EXAMPLES[kind])
        assert custom.having(Ticket.objects.all(), field, index).get() == ticket
    assert TicketValue.history.count() == 3


def test_batches_are_small_and_progress_is_told(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "BATCH", 3)
    field = make_field(is_encrypted=False)
    tickets = [TicketFactory() for _ in range(4)]
    for ticket in tickets:
        custom.set_values(ticket, {"extra": "there"}, by=None)
    field = conversion.switch(field, encrypted=True, by=admin)
    assert conversion.progress(field) == conversion.Progress(0, 8)

    assert conversion.convert_batch(field.pk) == 3

    assert conversion.progress(field) == conversion.Progress(3, 8)
    assert raw_form() == {"sealed": 3, "open": 5}
    assert {held(ticket, field) for ticket in tickets} == {"there"}
    custom.set_values(tickets[3], {"extra": "new"}, by=None)
    assert TicketValue.objects.get(of=tickets[3]).text is None
    assert all_batches(field) == 2


def test_what_is_written_meanwhile_goes_the_new_way(admin: User) -> None:
    field = make_field(is_encrypted=False)
    conversion.switch(field, encrypted=True, by=admin)
    custom.set_values(TicketFactory(), {"extra": "new"}, by=None)
    assert raw_form() == {"sealed": 2, "open": 0}


def test_an_erased_person_stops_nobody(admin: User) -> None:
    field = make_field(is_encrypted=False)
    erased, other = TicketFactory(), TicketFactory()
    for ticket in (erased, other):
        custom.set_values(ticket, {"extra": "there"}, by=None)
    keys.destroy(erased.requester_id)

    conversion.switch(field, encrypted=True, by=admin)
    all_batches(field)

    assert raw_form() == {"sealed": 2, "open": 0}
    assert held(other, field) == "there"


def test_a_field_that_becomes_findable_is_indexed(admin: User) -> None:
    field = make_field()
    ticket = TicketFactory()
    custom.set_values(ticket, {"extra": "there"}, by=None)
    field.is_filterable = True
    defining.define(field, by=admin)
    assert conversion.unfinished() == [field.pk]

    all_batches(field)

    assert custom.having(Ticket.objects.all(), field, field.index_of("there")).get() == ticket


def test_who_may_and_what_has_to_be_confirmed(agent: User, admin: User) -> None:
    field = make_field()
    with pytest.raises(Denied):
        conversion.switch(field, encrypted=False, by=agent, despite_personal=True)
    with pytest.raises(ValidationError):
        conversion.switch(field, encrypted=False, by=admin)
    harmless = make_field("harmless", not_personal="a product")
    assert not conversion.switch(harmless, encrypted=False, by=admin).is_encrypted


def test_values_of_organisations_and_merged_contacts(admin: User, customer: Contact) -> None:
    from contacts import merging
    from contacts.models import ContactValue

    field = make_field("vip", module="contacts.contact", is_encrypted=False)
    other = ContactFactory()
    custom.set_values(other, {"vip": "very"}, by=None)
    merging.merge(other, into=customer, by=admin)

    conversion.switch(field, encrypted=True, by=admin)
    all_batches(field)

    assert [row.value for row in ContactValue.objects.select_related("field")] == ["very"]
    assert conversion.remaining(field.pk) == 0
