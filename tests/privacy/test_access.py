"""The one gate: staff see what there is, a person sees what is theirs, nobody sees nothing."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact, Identity, Organisation
from privacy import access, registry
from privacy.access import Act
from privacy.models import Record, User
from tests import factories
from tests.examples import example, few
from tickets.enums import MessageKind
from tickets.models import Attachment, Department, Draft, InboundMail, Mailbox, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def world(agent: User, customer: Contact, stranger: Contact, department: Department) -> dict[str, Any]:
    """Two customers with everything that can be about them."""
    rows: dict[str, Any] = {}
    for name, person in (("theirs", customer), ("others", stranger)):
        ticket = factories.TicketFactory(requester=person, department=department)
        asked = factories.MessageFactory(ticket=ticket)
        answer = factories.MessageFactory(ticket=ticket, kind=MessageKind.AGENT, author_user=agent)
        note = factories.MessageFactory(ticket=ticket, kind=MessageKind.NOTE, author_user=agent)
        files = [Attachment(message=each, filename="f") for each in (asked, note)]
        draft = Draft(user=agent, ticket=ticket, kind=MessageKind.AGENT, body="begun")
        mail = InboundMail(fingerprint=person.pk.bytes, state="done", message=asked)
        out = OutboundMail(kind="reply", ticket=ticket, message=answer, recipient=person)
        for row in (*files, draft, mail, out):
            row.save()
        rows[name] = {"ticket": ticket, "asked": asked, "answer": answer, "note": note, "files": files}
    return rows


MODELS = [model for model in registry.first_party_models() if hasattr(model, "data_subject_id")]


def seen(viewer: Any, model: Any) -> set[UUID]:
    return set(access.visible(viewer, model.objects.all()).values_list("pk", flat=True))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_staff_see_what_there_is(world: Any, agent: User, model: Any) -> None:
    assert seen(agent, model) == set(model.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("viewer", [None, AnonymousUser(), "admin", object()])
def test_nobody_sees_nothing(world: Any, viewer: Any, model: Any) -> None:
    assert seen(viewer, model) == set()


@pytest.mark.parametrize("change", [{"is_active": False}, {"deleted_at": "2024-01-01T00:00Z"}])
def test_staff_who_left_see_nothing(world: Any, agent: User, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(agent, name, value)
    assert {model for model in MODELS if seen(agent, model)} == set()
    assert not access.may(agent, Act.VIEW, world["theirs"]["ticket"])


def test_a_customer_sees_their_own_and_no_more(world: Any, customer: Contact) -> None:
    theirs = world["theirs"]
    assert {model.__name__: seen(customer, model) for model in MODELS if seen(customer, model)} == {
        "Contact": {customer.pk},
        "Identity": {customer.identities.get().pk},
        "Ticket": {theirs["ticket"].pk},
        "Message": {theirs["asked"].pk, theirs["answer"].pk},
        "Attachment": {theirs["files"][0].pk},
    }


def test_models_that_are_nobodys_are_not_for_customers(world: Any, customer: Contact) -> None:
    factories.OrganisationFactory()
    for model in (Organisation, Department, Mailbox, User):
        assert seen(customer, model) == set()


def test_a_member_of_staff_is_no_customer(world: Any, agent: User, customer: Contact) -> None:
    """The same person with both hats sees by the hat they wear."""
    agent_as_contact = Contact(id=agent.pk)
    assert seen(agent_as_contact, Ticket) == set()
    assert seen(User(id=customer.pk, is_active=False), Ticket) == set()


def test_what_may_be_done(world: Any, agent: User, customer: Contact, stranger: Contact) -> None:
    ticket, note = world["theirs"]["ticket"], world["theirs"]["note"]
    for act in Act:
        assert access.may(agent, act, ticket)
        assert access.may(agent, act, Ticket)
        assert not access.may(None, act, ticket)
        assert not access.may(stranger, act, ticket)
        assert not access.may(customer, act, note)
        assert not access.may(customer, act, Ticket)
    assert access.may(customer, Act.VIEW, ticket)
    assert not access.may(customer, Act.UPDATE, ticket)
    assert not access.may(customer, Act.DELETE, ticket)


def test_which_fields_are_shown(agent: User, customer: Contact) -> None:
    assert access.visible_fields(None, Ticket) == frozenset()
    assert {"subject", "status"} <= access.visible_fields(agent, Ticket)


# -- by the declaration: the gate agrees with whose data each row is


@few(12)
@given(
    owners=st.lists(st.integers(0, 2), min_size=1, max_size=4),
    kinds=st.lists(st.sampled_from(MessageKind.values), min_size=1, max_size=3),
    binned=st.sets(st.integers(0, 3)),
)
def test_the_gate_agrees_with_the_declarations(owners: list[int], kinds: list[str], binned: set[int]) -> None:
    with example():
        people = factories.ContactFactory.create_batch(3, email="")
        department = factories.DepartmentFactory()
        for position, owner in enumerate(owners):
            ticket = factories.TicketFactory(requester=people[owner], department=department)
            for kind in kinds:
                factories.MessageFactory(ticket=ticket, kind=kind)
            if position in binned:
                ticket.bin(by=None)
        for person in people:
            for model in (Contact, Ticket, Message, Identity):
                assert seen(person, model) == {
                    row.pk for row in model.objects.all() if is_theirs(person, row)
                }


def is_theirs(person: Contact, row: Record) -> bool:
    """The slow way: ask each row whose data it is, and whether it is hidden."""
    hidden = isinstance(row, Message) and (row.kind == MessageKind.NOTE or row.ticket.deleted_at is not None)
    return row.data_subject_id() == person.pk and not hidden
