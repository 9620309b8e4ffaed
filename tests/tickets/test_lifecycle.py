"""The verbs of a ticket: opened, answered, noted, settled, opened again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from contacts import identification
from contacts.models import Contact
from privacy import actor
from privacy.enums import ActorKind, Via
from privacy.models import User
from tests import factories
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.enums import Channel, MessageKind, OutboundKind, Priority, Status
from tickets.lifecycle import MailFacts
from tickets.models import Department, Draft, Message, OutboundMail, Participant, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def open_ticket(customer: Contact, **given: Any) -> Ticket:
    defaults = {"subject": "Where is my order?", "body_text": "I have waited.", "channel": Channel.EMAIL}
    return lifecycle.open(requester=customer, **{"by": customer, **defaults, **given})


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    return open_ticket(customer)


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


# -- open


def test_a_question_becomes_a_ticket_with_its_first_message(
    customer: Contact, department: Department
) -> None:
    with time_machine.travel(NOON, tick=False):
        ticket = open_ticket(customer, priority=Priority.HIGH, language="de")
    again = now(ticket)
    assert (again.subject, again.status, again.priority) == ("Where is my order?", Status.NEW, Priority.HIGH)
    assert (again.requester, again.department, again.assignee) == (customer, department, None)
    assert (again.channel, again.language) == (Channel.EMAIL, "de")
    assert (again.last_message_at, again.last_message_kind) == (NOON, MessageKind.CUSTOMER)
    assert (again.first_reply_at, again.resolved_at, again.closed_at) == (None, None, None)
    assert again.waits_for_us
    message = again.messages.get()
    assert (message.kind, message.body_text, message.author_contact) == (
        "customer",
        "I have waited.",
        customer,
    )
    assert (message.author, message.author_user, message.sent_at) == (customer, None, NOON)


def test_whoever_opens_it_is_written_down(customer: Contact, agent: User, department: Department) -> None:
    with actor.acting(None, via=Via.MAIL):
        by_mail = open_ticket(customer)
    with actor.acting(agent, via=Via.DESK):
        by_agent = open_ticket(customer, by=agent, channel=Channel.DESK)
    entries = [ticket.history.get() for ticket in (by_mail, by_agent)]
    assert [(entry.actor_kind, entry.actor_id, entry.via) for entry in entries] == [
        (ActorKind.CUSTOMER, customer.pk, Via.MAIL),
        (ActorKind.STAFF, agent.pk, Via.DESK),
    ]
    assert by_agent.messages.get().author_contact == customer


def test_the_mails_facts_are_kept(customer: Contact, department: Department) -> None:
    facts = MailFacts(
        "<a@b.example>", "<c@d.example>", "<p>Hi</p>", "> before", "ben@x.example", is_auto=True
    )
    message = open_ticket(customer, mail=facts).messages.get()
    again = Message.objects.get(message_id="a@b.example")
    assert again == message
    assert (again.in_reply_to, again.body_html, again.quoted_text) == (
        "<c@d.example>",
        "<p>Hi</p>",
        "> before",
    )
    assert (again.cc, again.is_auto) == ("ben@x.example", True)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", ""), ("a\r\n b\tc ", "a b c"), ("x" * 600, "x" * 500), ("\u2028line", "line"), ("Ünï 🜁", "Ünï 🜁")],
)
def test_a_subject_is_one_line(customer: Contact, department: Department, written: str, kept: str) -> None:
    ticket = open_ticket(customer, subject=written)
    assert now(ticket).subject == kept
    assert lifecycle.change_subject(ticket, written, by=customer).subject == kept


def test_the_customers_language_is_taken_if_none_is_given(department: Department) -> None:
    speaks_german = factories.ContactFactory(language="de")
    assert open_ticket(speaks_german).language == "de"
    assert open_ticket(speaks_german, language="en").language == "en"


def test_copies_go_to_others_once(customer: Contact, agent: User, department: Department) -> None:
    copies = ["ben@x.example", "BEN@x.example", "carla@customer.example", "mia@x.example"]
    ticket = open_ticket(customer, cc=copies)
    assert sorted(lifecycle.copy_addresses(ticket)) == ["ben@x.example", "mia@x.example"]
    assert identification.find("ben@x.example") is not None


def test_attachments_come_along(customer: Contact, department: Department) -> None:
    files = [NewAttachment("a.txt", "text/plain", b"one"), NewAttachment("b.txt", "text/plain", b"two")]
    message = open_ticket(customer, attachments=files).messages.get()
    found = {each.filename: each.content.read_plain() for each in message.attachments.all()}
    assert found == {"a.txt": b"one", "b.txt": b"two"}


def test_a_failure_leaves_nothing_behind(customer: Contact, department: Department) -> None:
    with pytest.raises(ValueError):
        open_ticket(customer, cc=["not an address"])
    assert not Ticket.everything.exists()
    assert not Message.everything.exists()
    assert not OutboundMail.objects.exists()


def test_a_department_is_found_or_made(customer: Contact) -> None:
    ticket = open_ticket(customer)
    assert (ticket.department.name, ticket.department.is_default) == ("Support", True)
    sales = factories.DepartmentFactory(name="Aaa Sales")
    assert open_ticket(customer).department == ticket.department
    assert open_ticket(customer, department=sales).department == sales


# -- reply


def test_an_answer_goes_out_and_waits_for_the_customer(ticket: Ticket, agent: User) -> None:
    with time_machine.travel(NOON + timedelta(days=900), tick=False):
        message = lifecycle.reply(ticket, by=agent, body_text="It is on its way.")
    again = now(ticket)
    assert (message.kind, message.body_text, message.author) == (
        MessageKind.AGENT,
        "It is on its way.",
        agent,
    )
    assert (again.status, again.last_message_kind, again.waits_for_us) == (Status.PENDING, "agent", False)
    assert again.first_reply_at == again.last_message_at == message.sent_at
    mail = OutboundMail.objects.get(kind=OutboundKind.REPLY)
    assert (mail.message, mail.ticket, mail.recipient) == (message, ticket, ticket.requester)


@pytest.mark.parametrize("before", Status.values)
def test_a_customers_message_wakes_the_ticket(
    ticket: Ticket, customer: Contact, agent: User, before: str
) -> None:
    lifecycle.change_status(ticket, Status(before), by=agent)
    message = lifecycle.reply(ticket, by=customer, body_text="Hello?", channel=Channel.PORTAL)
    again = now(ticket)
    assert again.status == (Status.NEW if before == Status.NEW else Status.OPEN)
    assert (again.resolved_at, again.closed_at) == (None, None)
    assert (message.kind, message.author, message.channel) == (MessageKind.CUSTOMER, customer, Channel.PORTAL)
    assert again.waits_for_us
    assert not OutboundMail.objects.filter(message=message).exists()


def test_a_participant_may_answer_too(ticket: Ticket, agent: User) -> None:
    ben = identification.find_or_make("ben@x.example", full_name="Ben")
    message = lifecycle.reply(ticket, by=ben, body_text="I know more", channel=Channel.EMAIL)
    assert (message.author, message.kind) == (ben, MessageKind.CUSTOMER)
    assert message.data_subject_id() == ticket.requester_id


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.ON_HOLD, Status.OPEN])
def test_an_answer_may_settle_it(ticket: Ticket, agent: User, status: Status) -> None:
    lifecycle.reply(ticket, by=agent, body_text="Done.", then_status=status)
    again = now(ticket)
    assert again.status == status
    assert (again.resolved_at is not None) is again.is_done
    assert (again.closed_at is not None) is (status == Status.CLOSED)


def test_an_answer_to_what_is_settled_leaves_it_settled(ticket: Ticket, agent: User) -> None:
    lifecycle.close(ticket, by=agent)
    lifecycle.reply(ticket, by=agent, body_text="One more thing.")
    assert now(ticket).status == Status.CLOSED


def test_copies_stay_unless_they_are_given_anew(ticket: Ticket, agent: User) -> None:
    lifecycle.reply(ticket, by=agent, body_text="1", cc=["ben@x.example", "mia@x.example"])
    kept = lifecycle.reply(ticket, by=agent, body_text="2")
    assert sorted(kept.cc.split(", ")) == ["ben@x.example", "mia@x.example"]
    fewer = lifecycle.reply(ticket, by=agent, body_text="3", cc=["mia@x.example"])
    assert fewer.cc == "mia@x.example"
    assert lifecycle.reply(ticket, by=agent, body_text="4", cc=[]).cc == ""
    again = lifecycle.reply(ticket, by=agent, body_text="5", cc=["ben@x.example"])
    assert again.cc == "ben@x.example"
    assert Participant.everything.filter(ticket=ticket).count() == 3


def test_what_an_answer_brought_along_is_kept(ticket: Ticket, agent: User) -> None:
    """An agent may answer by mail: formatted text, threading and quotes are theirs to keep."""
    facts = MailFacts(message_id="<x@y.example>", body_html="<b>Hi</b>", quoted_text="> before")
    message = lifecycle.reply(ticket, by=agent, body_text="Hi", cc=["ben@x.example"], mail=facts)
    again = Message.objects.get(pk=message.pk)
    assert (again.message_id, again.body_html, again.quoted_text) == (
        "<x@y.example>",
        "<b>Hi</b>",
        "> before",
    )
    assert again.cc == "ben@x.example"


def test_sending_clears_the_draft_of_that_kind_and_agent_only(
    ticket: Ticket, agent: User, colleague: User
) -> None:
    for user in (agent, colleague):
        for kind in (MessageKind.AGENT, MessageKind.NOTE):
            Draft(user=user, ticket=ticket, kind=kind, body="begun").save()
    lifecycle.reply(ticket, by=agent, body_text="sent")
    left = set(Draft.objects.values_list("user", "kind"))
    assert left == {(agent.pk, "note"), (colleague.pk, "agent"), (colleague.pk, "note")}
    lifecycle.note(ticket, by=colleague, body_text="noted")
    assert set(Draft.objects.values_list("user", "kind")) == {(agent.pk, "note"), (colleague.pk, "agent")}


def test_the_first_answer_is_remembered(ticket: Ticket, agent: User) -> None:
    lifecycle.reply(ticket, by=agent, body_text="1")
    first = now(ticket).first_reply_at
    lifecycle.reply(ticket, by=agent, body_text="2")
    assert now(ticket).first_reply_at == first


def test_a_stale_ticket_in_hand_does_no_harm(ticket: Ticket, agent: User, colleague: User) -> None:
    """Two people work at once: the second one's verb sees what the first one did."""
    stale = now(ticket)
    lifecycle.change_priority(ticket, Priority.URGENT, by=agent)
    lifecycle.reply(stale, by=colleague, body_text="answered meanwhile")
    assert (now(ticket).priority, now(ticket).status) == (Priority.URGENT, Status.PENDING)
    lifecycle.change_status(stale, Status.CLOSED, by=colleague)
    assert now(ticket).priority == Priority.URGENT
    lifecycle.reopen(stale, by=agent)
    assert now(ticket).status == Status.OPEN


# -- note


def test_a_note_stays_among_agents(ticket: Ticket, agent: User) -> None:
    before = now(ticket)
    OutboundMail.objects.all().delete()
    message = lifecycle.note(ticket, by=agent, body_text="They are angry.")
    after = now(ticket)
    assert (message.kind, message.is_note, message.author) == (MessageKind.NOTE, True, agent)
    assert not OutboundMail.objects.exists()
    assert (after.status, after.last_message_at) == (before.status, before.last_message_at)
    assert after.last_message_kind == MessageKind.CUSTOMER
    assert after.waits_for_us


def test_the_system_may_note_something(ticket: Ticket) -> None:
    assert lifecycle.note(ticket, by=None, body_text="The mail came back.").author is None


# -- status, priority, subject


def test_setting_what_it_is_already_changes_nothing(ticket: Ticket, agent: User) -> None:
    entries = ticket.history.count()
    lifecycle.change_status(ticket, Status.NEW, by=agent)
    lifecycle.change_priority(ticket, Priority.NORMAL, by=agent)
    lifecycle.change_subject(ticket, "Where is  my order?", by=agent)
    lifecycle.reopen(ticket, by=agent)
    assert ticket.history.count() == entries


def test_settling_and_reopening(ticket: Ticket, agent: User) -> None:
    resolved = lifecycle.resolve(ticket, by=agent)
    assert (resolved.status, resolved.closed_at) == (Status.RESOLVED, None)
    closed = lifecycle.close(ticket, by=agent)
    assert (closed.status, closed.resolved_at) == (Status.CLOSED, resolved.resolved_at)
    assert closed.closed_at is not None
    opened = lifecycle.reopen(ticket, by=agent)
    assert (opened.status, opened.resolved_at, opened.closed_at) == (Status.OPEN, None, None)


def test_each_change_is_one_entry_by_who_made_it(ticket: Ticket, agent: User, customer: Contact) -> None:
    lifecycle.change_priority(ticket, Priority.URGENT, by=agent)
    lifecycle.change_subject(ticket, "Order 17", by=agent)
    lifecycle.close(ticket, by=customer)
    entries = ticket.history.order_by("history_id")
    assert [(entry.history_type, entry.actor_id) for entry in entries] == [
        ("+", customer.pk),
        ("~", agent.pk),
        ("~", agent.pk),
        ("~", customer.pk),
    ]
    assert [entry.subject for entry in entries][1:3] == ["Where is my order?", "Order 17"]


def test_a_ticket_in_the_bin_takes_nothing_more(ticket: Ticket, customer: Contact, agent: User) -> None:
    ticket.bin(by=agent)
    for act in (
        lambda: lifecycle.reply(ticket, by=customer, body_text="x"),
        lambda: lifecycle.close(ticket, by=agent),
        lambda: lifecycle.note(ticket, by=agent, body_text="x"),
    ):
        with pytest.raises(Ticket.DoesNotExist):
            act()
    assert ticket.messages.count() == 1
