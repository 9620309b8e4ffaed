"""Every change of a Record leaves an event, in the same transaction; so does what isn't a row's change."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts import merging
from contacts.models import Contact
from privacy import actor, audit, groups
from privacy.enums import ActorKind, Cause, Deed, Via
from privacy.models import AuditBatch, AuditEvent, User
from privacy.vault import keys
from tests import factories
from tickets import lifecycle
from tickets.enums import Channel, Priority
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def of(row: Any) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(object_id=row.pk).order_by("id"))


def last() -> AuditEvent:
    return AuditEvent.objects.latest("id")


@pytest.fixture
def ticket(customer: Contact, department: object) -> Ticket:
    return lifecycle.open(
        requester=customer, subject="Order 17", body_text="?", channel=Channel.EMAIL, by=customer
    )


# -- changes of records


def test_a_new_record_is_an_event(agent: User) -> None:
    with actor.acting(agent, via=Via.DESK):
        contact = Contact(full_name="Anna")
        contact.save()
    (event,) = of(contact)
    entry = contact.history.get()
    assert (event.act, event.model, event.fields) == (Deed.CREATE, "contacts.contact", [])
    assert (event.actor_kind, event.actor_id, event.via) == (ActorKind.STAFF, agent.pk, Via.DESK)
    assert (event.cause, event.cause_id, event.subject_id) == (Cause.PERSON, None, contact.pk)
    assert (event.history_id, event.moment) == (entry.history_id, entry.history_date)


def test_a_change_names_its_fields_and_no_value(ticket: Ticket, agent: User) -> None:
    ticket.subject, ticket.priority = "Order 71", Priority.HIGH
    ticket.save()
    event = of(ticket)[-1]
    assert (event.act, sorted(event.fields)) == (Deed.UPDATE, ["priority", "subject"])
    assert "71" not in str(AuditEvent.objects.filter(pk=event.pk).values().get()["fields"])


def test_a_relation_is_named_as_a_field(ticket: Ticket, agent: User) -> None:
    ticket.assignee = agent
    ticket.save(update_fields=["assignee"])
    assert of(ticket)[-1].fields == ["assignee"]


def test_the_bin_is_deleting_and_restoring(ticket: Ticket, agent: User) -> None:
    ticket.bin(by=agent)
    ticket.restore()
    assert [(event.act, event.fields) for event in of(ticket)[-2:]] == [
        (Deed.DELETE, []),
        (Deed.RESTORE, []),
    ]


def test_a_row_that_goes_for_good_is_told(agent: User) -> None:
    tag = factories.TagFactory()
    gone = tag.pk
    tag.delete()
    assert (last().act, last().model, last().object_id) == (Deed.PURGE, "tickets.tag", gone)


def test_whose_data_it_is_follows_the_declaration(ticket: Ticket, customer: Contact) -> None:
    message = Message.objects.get(ticket=ticket)
    assert {event.subject_id for row in (message, ticket) for event in of(row)} == {customer.pk}
    assert {event.subject_id for event in of(ticket.department)} == {None}


def test_history_and_audit_are_one_statement(ticket: Ticket) -> None:
    ticket.priority = Priority.LOW
    with CaptureQueriesContext(connection) as seen:
        ticket.save(update_fields=["priority"])
    written = [query["sql"] for query in seen if query["sql"].lstrip().startswith(("WITH", "INSERT"))]
    assert len(written) == 1


def test_what_is_rolled_back_left_no_trace(ticket: Ticket) -> None:
    before = AuditEvent.objects.count()
    with transaction.atomic():
        ticket.save()
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == before


def test_the_cause_is_the_doors_unless_said(ticket: Ticket) -> None:
    rule = uuid4()
    with actor.acting(None, via=Via.MAIL):
        ticket.save()
        with actor.caused(Cause.RULE, rule):
            ticket.save()
    with actor.acting(None, via=Via.TASK):
        ticket.save()
    with actor.at(NOON):
        ticket.save()
    assert [(event.cause, event.cause_id) for event in of(ticket)[-4:]] == [
        (Cause.MAIL, None),
        (Cause.RULE, rule),
        (Cause.TIMETABLE, None),
        (Cause.IMPORT, None),
    ]
    assert of(ticket)[-1].moment == NOON


# -- what isn't a row's change


def test_what_was_done_is_recorded(ticket: Ticket, agent: User, customer: Contact) -> None:
    with actor.acting(agent, via=Via.DESK):
        event = audit.record(Deed.EXPORT, ticket, fields=["subject", "status"])
    assert (event.model, event.object_id, event.subject_id) == ("tickets.ticket", ticket.pk, customer.pk)
    assert (event.actor_id, event.fields) == (agent.pk, ["status", "subject"])


def test_many_rows_are_recorded_at_once(agent: User) -> None:
    ids, whose = [uuid4() for _ in range(3)], uuid4()
    with CaptureQueriesContext(connection) as seen:
        audit.record_rows(Deed.PURGE, Ticket, ids, by=None, subjects={ids[0]: whose})
    assert len([query for query in seen if "INSERT" in query["sql"]]) == 1
    told = AuditEvent.objects.filter(act=Deed.PURGE).order_by("id")
    assert [(event.object_id, event.subject_id) for event in told] == [
        (ids[0], whose),
        (ids[1], None),
        (ids[2], None),
    ]


def test_sign_ins_are_told(client: Client, agent: User) -> None:
    def sign_in(password: str) -> None:
        client.post("/sign-in/", {"username": agent.email, "password": password})

    sign_in("wrong")
    sign_in(factories.PASSWORD)
    client.post("/sign-out/")
    acts = (Deed.SIGN_IN, Deed.SIGN_IN_FAILED, Deed.SIGN_OUT)
    told = AuditEvent.objects.filter(act__in=acts).order_by("id")
    assert [(event.act, event.object_id, event.actor_id) for event in told] == [
        (Deed.SIGN_IN_FAILED, agent.pk, None),
        (Deed.SIGN_IN, agent.pk, agent.pk),
        (Deed.SIGN_OUT, agent.pk, agent.pk),
    ]


def test_a_wrong_name_is_not_kept(client: Client) -> None:
    client.post("/sign-in/", {"username": "somebody@else.example", "password": "wrong"})
    assert (last().act, last().object_id, last().fields) == (Deed.SIGN_IN_FAILED, None, [])


def test_a_new_password_is_told(agent: User) -> None:
    agent.set_password("another horse battery staple")
    agent.save()
    assert (last().act, last().object_id, last().fields) == (Deed.CREDENTIAL, agent.pk, ["password"])


def test_groups_are_told_from_either_side(agent: User) -> None:
    group = Group.objects.create(name="night shift")
    assert (last().act, last().model) == (Deed.CREATE, "auth.group")
    for act, step in (
        (lambda: agent.groups.add(group), "joined"),
        (lambda: group.user_set.remove(agent), "left"),
        (lambda: group.user_set.add(agent), "joined"),
        (group.user_set.clear, "left"),
        (lambda: agent.groups.set([group]), "joined"),
        (agent.groups.clear, "left"),
    ):
        told = AuditEvent.objects.filter(act=Deed.MEMBERSHIP, object_id=agent.pk)
        before = told.count()
        act()
        assert told.count() == before + 1
        assert last().fields == ["groups", f"{step}:night shift"]


def test_a_group_that_goes_tells_of_each_member(agent: User, colleague: User, admin: User) -> None:
    group = groups.save(Group(name="night shift"), members=[agent, colleague], by=admin)
    before = AuditEvent.objects.order_by("id").last().pk
    groups.delete(group, by=admin)
    told = AuditEvent.objects.filter(pk__gt=before, actor_id=admin.pk)
    assert set(told.values_list("act", "object_id")) == {
        (Deed.MEMBERSHIP, agent.pk),
        (Deed.MEMBERSHIP, colleague.pk),
        (Deed.PURGE, None),
    }


def test_keys_are_told(customer: Contact, stranger: Contact, agent: User) -> None:
    keys.destroy(customer.pk)
    keys.destroy(customer.pk)
    told = AuditEvent.objects.filter(act=Deed.KEY)
    assert [(event.subject_id, event.fields) for event in told] == [(customer.pk, ["destroyed"])]


def test_a_merge_leaves_its_traces(
    customer: Contact, stranger: Contact, agent: User, ticket: Ticket, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(customer, into=stranger, by=agent)
    assert of(customer)[-1].act == Deed.MERGE
    assert of(ticket)[-1].fields == ["requester"]
    assert AuditEvent.objects.get(act=Deed.KEY).fields == ["handed_over"]


# -- insert-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE privacy_auditevent SET act = 'update'",
        "DELETE FROM privacy_auditevent",
        "UPDATE privacy_auditbatch SET events = 7",
        "UPDATE privacy_auditbatch SET retired_at = now()",
        "DELETE FROM privacy_auditbatch",
    ],
)
def test_the_database_refuses_to_change_it(statement: str, ticket: Ticket) -> None:
    AuditBatch.objects.create(
        number=1, first_id=10**9, last_id=10**9, events=1, root=b"r", seal=b"s", sealed_at=NOON, index=b""
    )
    with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("table", ["privacy_auditevent", "privacy_auditbatch"])
def test_the_database_refuses_to_empty_it(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_keeps_table")  # tests switch it off
        with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_keeps_table")
