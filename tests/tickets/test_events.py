"""The timeline tells in sentences who changed what, and is silent about what did not change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from contacts import merging
from contacts.models import Contact
from privacy import actor
from privacy.enums import Via
from privacy.models import User
from privacy.vault import keys
from tests import factories
from tickets import assignment, events, lifecycle, sharing, tagging
from tickets.enums import Channel, Priority
from tickets.models import Tag, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ticket(customer: Contact, department: object) -> Ticket:
    with actor.acting(None, via=Via.MAIL):
        return lifecycle.open(
            requester=customer, subject="Order 17", body_text="?", channel=Channel.EMAIL, by=customer
        )


def told(ticket: Ticket, viewer: Any) -> list[tuple[str, str]]:
    return [(event.who, event.text) for event in events.timeline(ticket, viewer)]


OPENED = ("Carla Customer", "opened the ticket")


def test_each_change_is_a_sentence(ticket: Ticket, agent: User, colleague: User) -> None:
    sales = factories.DepartmentFactory(name="Sales")
    with actor.acting(agent, via=Via.DESK):
        assignment.assign(ticket, agent, by=agent)
        assignment.assign(ticket, colleague, by=agent)
        assignment.assign(ticket, None, by=colleague)
        assignment.move(ticket, sales, by=agent)
        lifecycle.change_priority(ticket, Priority.URGENT, by=agent)
        lifecycle.change_subject(ticket, "Order 71", by=agent)
        billing = tagging.tag(ticket, "billing", by=agent)
        tagging.untag(ticket, billing, by=colleague)
        lifecycle.set_participants(ticket, ["ben@x.example"], by=agent)
        lifecycle.set_participants(ticket, [], by=agent)
        lifecycle.close(ticket, by=agent)
    alma, ben = agent.full_name, colleague.full_name
    assert told(ticket, agent) == [
        OPENED,
        (alma, "set the status from New to Open"),
        (alma, "took the ticket"),
        (alma, "assigned the ticket to Ben Colleague"),
        (ben, "took the ticket away from Ben Colleague"),
        (alma, "moved the ticket from Support to Sales"),
        (alma, "set the priority from Normal to Urgent"),
        (alma, "changed the subject from “Order 17” to “Order 71”"),
        (alma, "added the tag “billing”"),
        (ben, "removed the tag “billing”"),
        (alma, "added ben@x.example to the copies"),
        (alma, "stopped copies to ben@x.example"),
        (alma, "set the status from Open to Closed"),
    ]


def test_with_whom_it_was_shared(ticket: Ticket, admin: User, colleague: User) -> None:
    group = Group.objects.create(name="Night shift")
    sharing.share(ticket, colleague, by=admin)
    sharing.share(ticket, group, may_write=True, by=admin)
    sharing.withdraw(ticket, colleague, by=admin)

    assert told(ticket, admin) == [
        OPENED,
        (admin.full_name, "shared the ticket with Ben Colleague"),
        (admin.full_name, "shared the ticket with Night shift"),
        (admin.full_name, "stopped sharing the ticket with Ben Colleague"),
    ]


def test_when_and_through_which_door(ticket: Ticket, customer: Contact, agent: User) -> None:
    with time_machine.travel(NOON + timedelta(days=2000), tick=False), actor.acting(customer, via=Via.PORTAL):
        lifecycle.close(ticket, by=customer)
    first, last = events.timeline(ticket, agent)
    assert (first.who, first.via) == ("Carla Customer", "mail")
    assert (last.who, last.via, last.moment) == ("Carla Customer", "portal", NOON + timedelta(days=2000))


def test_an_answer_tells_nothing_but_its_change_of_status(ticket: Ticket, agent: User) -> None:
    lifecycle.reply(ticket, by=agent, body_text="!")
    lifecycle.reply(ticket, by=agent, body_text="!")
    lifecycle.note(ticket, by=agent, body_text="hm")
    Ticket.objects.get(pk=ticket.pk).save()
    assert told(ticket, agent) == [OPENED, ("Alma Agent", "set the status from New to Waiting for customer")]


def test_jobs_and_commands_are_the_helpdesk(ticket: Ticket, agent: User) -> None:
    with actor.acting(None, via=Via.TASK):
        lifecycle.close(ticket, by=None)
    assert told(ticket, agent)[-1] == ("The helpdesk", "set the status from New to Closed")


def test_deleting_and_restoring_are_told(ticket: Ticket, agent: User) -> None:
    with actor.acting(agent):
        ticket.bin(by=agent)
        ticket.restore()
    assert told(ticket, agent)[1:] == [
        ("Alma Agent", "deleted the ticket"),
        ("Alma Agent", "restored the ticket"),
    ]


def test_a_merge_is_told_once_and_without_tales(
    ticket: Ticket, agent: User, customer: Contact, stranger: Contact
) -> None:
    ben = factories.ContactFactory(full_name="Ben Old", email="ben@x.example")
    lifecycle.set_participants(ticket, ["ben@x.example"], by=agent)
    merging.merge(ben, into=stranger, by=agent)
    merging.merge(customer, into=factories.ContactFactory(full_name="Carla New"), by=agent)
    texts = [text for _who, text in told(ticket, agent)]
    assert texts == [
        "opened the ticket",
        "added Ben Old to the copies",
        "moved the ticket to another contact (merged)",
    ]


def test_somebody_who_left_is_still_named(ticket: Ticket, agent: User, colleague: User) -> None:
    assignment.assign(ticket, colleague, by=colleague)
    colleague.bin(by=None)
    tag = tagging.tag(ticket, "billing", by=agent)
    Tag.objects.get(pk=tag.pk).bin(by=agent)
    assert ("Ben Colleague", "took the ticket") in told(ticket, agent)
    assert ("Alma Agent", "added the tag “billing”") in told(ticket, agent)


def test_somebody_erased_is_erased_here_too(ticket: Ticket, customer: Contact, agent: User) -> None:
    lifecycle.change_subject(ticket, "Order 71", by=customer)
    keys.destroy(customer.pk)
    assert told(ticket, agent) == [
        ("erased", "opened the ticket"),
        ("erased", "changed the subject from “erased” to “erased”"),
    ]


def test_it_speaks_the_readers_language(ticket: Ticket, agent: User) -> None:
    lifecycle.close(ticket, by=agent)
    with translation.override("de"):
        german = told(ticket, agent)
    assert german[-1][1] != told(ticket, agent)[-1][1]


def test_who_may_not_see_the_ticket_is_told_nothing(ticket: Ticket, agent: User, stranger: Contact) -> None:
    lifecycle.close(ticket, by=agent)
    assert told(ticket, None) == []
    assert told(ticket, stranger) == []


def test_a_long_story_takes_no_more_queries_than_a_short_one(ticket: Ticket, agent: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            events.timeline(ticket, agent)
        return len(seen)

    tagging.tag(ticket, "first", by=agent)
    lifecycle.set_participants(ticket, ["a@x.example"], by=agent)
    count()  # the agent's standing is read once
    short = count()
    for number in range(6):
        assignment.assign(ticket, factories.UserFactory(), by=agent)
        tagging.tag(ticket, f"tag {number}", by=agent)
        lifecycle.add_participants(ticket, [f"b{number}@x.example"], by=agent)
    assert count() == short <= 9
