"""Erasing somebody: the plan says it, the ledger promises it, nothing of it is readable afterwards."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from contacts import identification, merging
from contacts.models import Contact, Identity
from privacy import binning, erasure, holds, people, purging, registry, restriction
from privacy.access import Act, may, visible
from privacy.audit import Deed
from privacy.declaration import Personal, declared
from privacy.enums import RestrictionGround
from privacy.erasure import ledger
from privacy.models import AuditEvent, ErasureMark, LegalHold, User
from privacy.vault import keys
from privacy.vault.errors import SubjectErased
from privacy.vault.fields import BlindIndexField, SealedField, is_erased
from privacy.vault.files import SealedFileField
from privacy.vault.models import Farewell
from tests import factories
from tests.privacy.erasure import specimens
from tickets import lifecycle
from tickets.enums import Channel, Status
from tickets.models import Department, Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def erase(person: Any, **how: Any) -> None:
    entry = erasure.begin(person, by=None, **{"tells": False, **how})
    assert erasure.carry_on(entry.pk)


def lift_holds() -> None:
    for hold in LegalHold.objects.all():
        holds.lift(hold, by=None)


def holders(model: Any) -> list[Any]:
    return [each for each in (model, registry.history_of(model)) if each is not None]


def readable(rows: dict[Any, Any]) -> list[str]:
    """The sealed values, files and blind indexes that still say something, of these rows and their history."""
    found = []
    for model, pk in rows.items():
        for holder in holders(model):
            for row in QuerySet(holder).filter(**{"pk" if holder is model else "id": pk}):
                for field in holder._meta.concrete_fields:
                    value = getattr(row, field.name)
                    if isinstance(field, SealedField) and value and not is_erased(value):
                        found.append(f"{holder._meta.label}.{field.name}")
                    if isinstance(field, BlindIndexField) and value is not None:
                        found.append(f"{holder._meta.label}.{field.name}")
                    if isinstance(field, SealedFileField) and value and default_storage.exists(value.name):
                        found.append(f"{holder._meta.label}.{field.name}")
    return found


@pytest.mark.parametrize("kind", ["customer", "agent"])
def test_nothing_about_them_is_readable_afterwards(
    kind: str, request: Any, admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    person = request.getfixturevalue(kind)
    if isinstance(person, Contact):
        person.notes = specimens.CANARY
        person.save()
    rows = specimens.about(person) | {type(person): person.pk}
    lift_holds()
    before = readable(rows)
    wanted = {
        f"{model._meta.label}.{entry.field}"
        for model in rows
        for entry in declared(model).values()
        if isinstance(entry, Personal)
    }
    assert wanted <= set(before)

    with django_capture_on_commit_callbacks(execute=True):
        erasure.settle(person, by=None)
        erase(person)

    keys.forget()
    assert readable(rows) == []


def test_the_plan_names_each_field_and_changes_nothing(customer: Contact) -> None:
    rows = specimens.about(customer)
    made = erasure.plan(customer)
    assert {(line.model, line.field) for line in made.lines if line.rows} == {
        (line.model, line.field) for line in made.lines
    }
    planned = {line.model for line in made.lines} - {Contact}
    has_personal = {model for model in rows if any(isinstance(e, Personal) for e in declared(model).values())}
    assert planned - {Identity} == has_personal - {Identity}
    assert readable(rows)
    assert ledger.find(customer.pk) is None


def test_tickets_stay_and_are_counted_as_before(
    customer: Contact, agent: User, department: Department
) -> None:
    for number in range(3):
        ticket = lifecycle.open(
            requester=customer, subject=f"Q{number}", body_text="B", channel=Channel.WEB, by=customer
        )
        lifecycle.close(ticket, by=None)
    before = [(t.number, t.status, t.created_at, t.department_id) for t in Ticket.objects.order_by("number")]

    erase(customer)

    after = [(t.number, t.status, t.created_at, t.department_id) for t in Ticket.objects.order_by("number")]
    assert after == before
    assert all(is_erased(ticket.subject) for ticket in Ticket.objects.all())


def test_of_the_person_only_an_id_is_left(customer: Contact, agent: User) -> None:
    customer.language, customer.timezone, customer.owner = "de", "Europe/Berlin", agent
    customer.organisation = factories.OrganisationFactory()
    customer.save()
    erase(customer)
    left = Contact.everything.get(pk=customer.pk)
    assert (left.language, left.timezone, left.owner, left.organisation) == ("", "", None, None)
    assert is_erased(left.full_name)
    assert is_erased(left.display_name)
    assert left.erased_at == ledger.erased_at(customer.pk)
    for entry in left.history.all():
        assert (entry.language, entry.timezone, entry.owner_id, entry.organisation_id) == ("", "", None, None)


def test_open_work_comes_first(customer: Contact, department: Department) -> None:
    ticket = factories.TicketFactory(requester=customer, department=department)
    with pytest.raises(erasure.NotNow):
        erasure.begin(customer, by=None)
    assert ledger.find(customer.pk) is None
    erasure.settle(customer, by=None)
    erase(customer)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


def test_who_writes_again_is_somebody_new(customer: Contact, department: Department) -> None:
    address = customer.primary_email
    erasure.begin(customer, by=None, tells=False)

    during = identification.find_or_make(address, full_name="Carla")
    assert during != customer
    assert erasure.carry_on(ledger.find(customer.pk).pk)  # type: ignore[union-attr]

    assert identification.find(address) == during
    assert during.full_name == "Carla"
    with pytest.raises(SubjectErased):
        keys.for_writing(customer.pk)


def test_records_of_somebody_erased_are_read_only(customer: Contact, admin: User) -> None:
    ticket = factories.TicketFactory(requester=customer, status=Status.CLOSED)
    assert may(admin, Act.UPDATE, ticket)
    erase(customer)
    assert may(admin, Act.VIEW, ticket)
    assert may(admin, Act.DELETE, ticket)
    assert not may(admin, Act.UPDATE, ticket)
    assert not may(admin, Act.UPDATE, Contact.everything.get(pk=customer.pk))


def test_merged_contacts_go_with_the_one_they_became(
    customer: Contact, stranger: Contact, django_capture_on_commit_callbacks: Any
) -> None:
    stranger.timezone = "Europe/Berlin"
    stranger.save()
    ticket = factories.TicketFactory(requester=stranger, status=Status.CLOSED, subject="theirs")
    factories.MessageFactory(ticket=ticket, body_text="said")
    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(stranger, into=customer, by=None)
    erase(customer)
    left = Contact.everything.get(pk=stranger.pk)
    assert is_erased(left.full_name)
    assert left.timezone == ""
    assert left.erased_at is not None
    assert is_erased(Ticket.objects.get(pk=ticket.pk).subject)


def test_values_under_a_foreign_key_are_emptied(customer: Contact, stranger: Contact) -> None:
    """A ticket that changed hands holds what was sealed before: erasing its owner must reach that, too."""
    ticket = factories.TicketFactory(requester=stranger, status=Status.CLOSED, subject="foreign")
    message = factories.MessageFactory(ticket=ticket, body_text="foreign")
    Ticket.objects.get(pk=ticket.pk)
    ticket.requester = customer
    ticket.save(update_fields=["requester"])
    erase(customer)
    assert readable({Ticket: ticket.pk, type(message): message.pk}) == []
    assert stranger.full_name == Contact.objects.get(pk=stranger.pk).full_name


def test_an_agent_who_leaves_reads_erased_in_what_they_did(
    agent: User, admin: User, customer: Contact
) -> None:
    ticket = factories.TicketFactory(requester=customer, assignee=agent)
    erasure.settle(agent, by=None)
    erase(agent)
    left = User.everything.get(pk=agent.pk)
    assert (left.is_active, left.has_usable_password(), left.profile, left.role) == (False, False, None, None)
    assert is_erased(left.full_name)
    assert is_erased(left.email)
    assert User.everything.filter(email="alma.agent@helpdesk.example").first() is None
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert User.objects.create_user("alma.agent@helpdesk.example", "x" * 12, full_name="New").pk != agent.pk


def test_the_last_administrator_stays(admin: User) -> None:
    with pytest.raises(erasure.NotNow):
        erasure.begin(admin, by=None)


def test_a_legal_hold_on_one_ticket_keeps_it_all(customer: Contact, admin: User) -> None:
    ticket = factories.TicketFactory(requester=customer, status=Status.CLOSED, subject="kept")
    factories.MessageFactory(ticket=ticket)
    hold = holds.place(ticket, "A dispute", until=None, by=admin)
    assert erasure.plan(customer).holds == [hold]
    assert set(Ticket.objects.filter(holds.keeps(Ticket))) == {ticket}
    assert not Message.objects.filter(holds.keeps(Message)).exists()
    with pytest.raises(erasure.NotNow):
        erasure.begin(customer, by=admin)
    assert Ticket.objects.get(pk=ticket.pk).subject == "kept"
    holds.lift(hold, by=admin)
    erase(customer)


def test_doing_it_again_changes_nothing(customer: Contact) -> None:
    erase(customer)
    entry = ledger.find(customer.pk)
    again = erasure.begin(Contact.everything.get(pk=customer.pk), by=None)
    assert entry is not None
    assert (again.pk, again.started_at, again.finished_at) == (entry.pk, entry.started_at, entry.finished_at)
    assert erasure.carry_on(again.pk)
    assert ErasureMark.objects.count() == 1


def test_the_ledger_says_nothing_of_the_person(customer: Contact) -> None:
    specimens.about(customer)
    lift_holds()
    erasure.settle(customer, by=None)
    erase(customer)
    entry = ledger.find(customer.pk)
    assert entry is not None
    assert all(isinstance(n, int) for counts in entry.counts.values() for n in counts.values())
    assert entry.counts["contacts.identity"] == {"delete_row": 2}
    assert entry.farewell == Farewell.NONE


def test_others_stay_as_they_are(customer: Contact, stranger: Contact) -> None:
    ticket = factories.TicketFactory(requester=stranger, subject="mine")
    factories.MessageFactory(ticket=ticket, body_text="mine", author_contact=customer)
    erase(customer)
    keys.forget()
    assert Ticket.objects.get(pk=ticket.pk).subject == "mine"
    assert identification.find(stranger.primary_email) == stranger


def test_restored_rows_are_erased_again(customer: Contact, media: Path) -> None:
    """As after a restore: the data is from before, the vault is not."""
    from privacy.erasure import replaying

    erase(customer)
    assert replaying.missing() == []
    ErasureMark.objects.all().delete()
    Contact.history.model.objects.filter(id=customer.pk).update(language="de")
    identity = Identity(contact_id=customer.pk, kind="email")
    identity.value_index = b"0123456789abcdef"
    QuerySet(Identity).bulk_create([identity])
    QuerySet(Contact).filter(pk=customer.pk).update(erased_at=None, language="de")

    with pytest.raises(Exception, match="1 erasures"):
        replaying.check()
    assert list(replaying.replay()) == [customer.pk]

    replaying.check()
    left = Contact.everything.get(pk=customer.pk)
    assert (left.language, left.erased_at is not None) == ("", True)
    assert not Identity.everything.filter(contact=customer.pk).exists()


def test_ownersare_found_by_id_whatever_they_are(customer: Contact, agent: User) -> None:
    assert people.find(customer.pk) == customer
    assert people.find(agent.pk) == agent
    assert set(people.named([customer.pk, agent.pk])) == {customer.pk, agent.pk}
    assert visible(agent, Contact.objects.all()).count() == 1


def test_nothing_of_somebody_erased_comes_back_from_the_bin(customer: Contact, admin: User) -> None:
    ticket = factories.TicketFactory(requester=customer, status=Status.CLOSED)
    binning.bin(ticket, by=admin)
    erase(customer)
    with pytest.raises(binning.CannotRestore):
        binning.restore(Ticket.everything.get(pk=ticket.pk), by=admin)


def test_the_purge_leaves_what_is_held_or_restricted(
    customer: Contact, stranger: Contact, admin: User
) -> None:
    held, restricted, other = (
        factories.TicketFactory(requester=who) for who in (customer, stranger, factories.ContactFactory())
    )
    for ticket in (held, restricted, other):
        binning.bin(ticket, by=admin)
    holds.place(customer, "A dispute", until=None, by=admin)
    restriction.restrict(stranger, RestrictionGround.CLAIMS, by=None)
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        purging.purge()
    assert set(Ticket.everything.values_list("pk", flat=True)) == {held.pk, restricted.pk}


def test_beginning_is_in_the_audit(customer: Contact, admin: User) -> None:
    erasure.begin(customer, by=admin, tells=False)
    event = AuditEvent.objects.get(act=Deed.ERASE)
    assert (event.subject_id, event.actor_id) == (customer.pk, admin.pk)
