"""Any model's changes can be told; better words where a model offers them; nothing that the reader may not see."""

from typing import Any

import pytest
from django.utils import translation

from contacts.models import Contact, Organisation
from privacy import access, actor, telling
from privacy.enums import FieldRight, Via
from privacy.models import AuditEvent, FieldPermission, User
from privacy.telling import trail
from privacy.vault import keys
from tests import factories
from tickets import lifecycle
from tickets.enums import Channel, Priority
from tickets.models import Department, Mailbox, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def last_change(row: Any, viewer: Any) -> str:
    """The last event of a record, as this reader reads it."""
    event = AuditEvent.objects.filter(object_id=row.pk).latest("id")
    with access.looking(viewer, via=Via.DESK):
        (line,) = trail.lines([event], viewer)
    return line.text


def hide(field: str, model: str, viewer: User, right: FieldRight) -> User:
    FieldPermission(profile=viewer.profile, model=model, field=field, right=right).save()
    return User.objects.get(pk=viewer.pk)


def test_a_value_goes_from_one_to_another(customer: Contact, admin: User) -> None:
    customer.full_name = "Carla New"
    customer.save()
    assert last_change(customer, admin) == "changed “name” from “Carla Customer” to “Carla New”"


def test_a_value_is_set_and_cleared(customer: Contact, admin: User) -> None:
    customer.language = "de"
    customer.save()
    assert last_change(customer, admin) == "set “language” to “German”"
    customer.language = ""
    customer.save()
    assert last_change(customer, admin) == "cleared “language” (it was “German”)"


def test_a_relation_is_told_by_name(customer: Contact, admin: User, agent: User) -> None:
    customer.organisation = factories.OrganisationFactory(name="Acme")
    customer.owner = agent
    customer.save()
    assert last_change(customer, admin) == "set “organisation” to “Acme”, set “owner” to “Alma Agent”"


def test_long_texts_and_secrets_are_only_said_to_have_changed(
    customer: Contact, admin: User, department: Department
) -> None:
    customer.notes = "a long story"
    customer.save()
    assert last_change(customer, admin) == "changed “notes”"
    mailbox = Mailbox(name="In", address="in@helpdesk.example", department=department)
    mailbox.save()
    mailbox.password = "hunter2hunter2"
    mailbox.save()
    told = last_change(mailbox, admin)
    assert told.startswith("changed “")
    assert "hunter2" not in told


def test_a_model_offers_better_words(customer: Contact, department: Department, admin: User) -> None:
    ticket = factories.TicketFactory(requester=customer, department=department)
    ticket.priority = Priority.URGENT
    ticket.save()
    assert last_change(ticket, admin) == "set the priority from Normal to Urgent"
    ticket.bin(by=admin)
    assert last_change(ticket, admin) == "deleted the ticket"


def test_it_speaks_german(customer: Contact, admin: User) -> None:
    customer.full_name = "Carla Neu"
    customer.save()
    with translation.override("de"):
        assert last_change(customer, admin) == "hat „Name“ von „Carla Customer“ auf „Carla Neu“ geändert"


def test_a_hidden_field_is_not_told_nor_named(customer: Contact, agent: User) -> None:
    customer.full_name, customer.language = "Carla New", "de"
    customer.save()
    reader = hide("full_name", "contacts.contact", agent, FieldRight.HIDDEN)
    assert last_change(customer, reader) == "set “language” to “German”"
    customer.full_name = "Carla Newer"
    customer.save()
    assert last_change(customer, reader) == "changed this"


def test_a_masked_field_is_told_masked(customer: Contact, agent: User) -> None:
    customer.full_name = "Carla New"
    customer.save()
    told = last_change(customer, hide("full_name", "contacts.contact", agent, FieldRight.MASKED))
    assert "Carla" not in told
    assert told.startswith("changed “name” from “")


def test_an_erased_value_is_told_as_erased(customer: Contact, admin: User) -> None:
    customer.full_name = "Carla New"
    customer.save()
    keys.destroy(customer.pk)
    event = AuditEvent.objects.filter(object_id=customer.pk).latest("id")
    (line,) = trail.lines([event], admin)
    assert line.text == "changed “name” from “erased” to “erased”"


def test_of_a_record_out_of_sight_no_value_is_told(customer: Contact, agent: User) -> None:
    """The auditor may know that it was changed, and which fields; not what stands in a record closed to them."""
    ticket = factories.TicketFactory(requester=customer, subject="Secret matter")
    lifecycle.change_subject(ticket, "More secret matter", by=agent)
    auditor = factories.UserFactory(profile=factories.ProfileFactory(rights=["audit_log"]))
    event = AuditEvent.objects.filter(object_id=ticket.pk).latest("id")
    with access.looking(auditor, via=Via.DESK):
        (line,) = trail.lines([event], auditor)
    assert (line.text, line.record, line.who) == ("changed “subject”", "", "Alma Agent")


def test_the_cause_is_told_where_it_is_not_the_doors(customer: Contact, admin: User) -> None:
    with actor.acting(None, via=Via.MAIL), actor.caused(actor.Cause.RULE):
        customer.language = "de"
        customer.save()
    event = AuditEvent.objects.filter(object_id=customer.pk).latest("id")
    (line,) = trail.lines([event], admin)
    assert (line.who, line.via, line.cause) == ("The helpdesk", "mail", "a rule")


def test_a_page_takes_no_more_queries_for_many_events(
    customer: Contact, admin: User, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def change(count: int) -> list[AuditEvent]:
        for number in range(count):
            factories.OrganisationFactory()
            customer.organisation = factories.OrganisationFactory(name=f"Company {number}")
            customer.save()
            Organisation.objects.latest("id").save()
        return list(AuditEvent.objects.order_by("-id")[: count * 4])

    change(1)
    few = change(2)
    trail.lines(few, admin)
    with django_assert_max_num_queries(16) as first:
        trail.lines(few, admin)
    many = change(6)
    with django_assert_num_queries(len(first)):
        trail.lines(many, admin)


def test_names_known_already_are_not_read_again(
    customer: Contact, agent: User, department: Department
) -> None:
    ticket = lifecycle.open(
        requester=customer, subject="?", body_text="?", channel=Channel.EMAIL, by=customer
    )
    entry = ticket.history.latest("history_id")
    names = telling.names_in([(None, entry)], {customer.pk: "as the page knows her"})
    assert telling.who(entry, names) == "as the page knows her"
    assert isinstance(ticket, Ticket)
