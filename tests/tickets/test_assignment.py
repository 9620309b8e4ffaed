"""Who works on a ticket: agents, departments, tags."""

from functools import partial
from typing import Any

import pytest

from contacts.models import Contact
from privacy.models import User
from tests import factories
from tests.threads import together
from tickets import assignment, lifecycle, tagging
from tickets.enums import Status
from tickets.models import Tag, Tagging, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def ticket(customer: Contact, department: object) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer, department=department)
    return made


def test_somebody_takes_it_and_it_is_open(ticket: Ticket, agent: User) -> None:
    assert assignment.assign(ticket, agent, by=agent).assignee == agent
    again = Ticket.objects.get()
    assert (again.assignee, again.status) == (agent, Status.OPEN)
    assert again.history.latest("history_id").actor_id == agent.pk


def test_giving_it_back_leaves_the_status(ticket: Ticket, agent: User) -> None:
    assignment.assign(ticket, agent, by=agent)
    assignment.assign(ticket, None, by=agent)
    again = Ticket.objects.get()
    assert (again.assignee, again.status) == (None, Status.OPEN)


def test_other_states_stay(ticket: Ticket, agent: User) -> None:
    lifecycle.close(ticket, by=agent)
    assert assignment.assign(ticket, agent, by=agent).status == Status.CLOSED


def test_moving(ticket: Ticket, agent: User) -> None:
    sales = factories.DepartmentFactory(name="Sales")
    assignment.move(ticket, sales, by=agent)
    assert Ticket.objects.get().department == sales


def test_doing_it_again_writes_nothing(ticket: Ticket, agent: User) -> None:
    assignment.assign(ticket, agent, by=agent)
    entries = ticket.history.count()
    assignment.assign(ticket, agent, by=agent)
    assignment.move(ticket, ticket.department, by=agent)
    assert ticket.history.count() == entries


def test_nothing_that_others_did_is_undone(ticket: Ticket, agent: User, colleague: User) -> None:
    stale = Ticket.objects.get()
    lifecycle.change_subject(ticket, "better", by=colleague)
    assignment.assign(stale, agent, by=agent)
    again = Ticket.objects.get()
    assert (again.subject, again.assignee) == ("better", agent)


# -- tags


def tags_of(ticket: Ticket) -> list[str]:
    return sorted(each.tag.name for each in Tagging.objects.filter(ticket=ticket).select_related("tag"))


def test_tags_are_put_on_once_and_taken_off(ticket: Ticket, agent: User) -> None:
    billing = tagging.tag(ticket, "  Billing \n case ", by=agent)
    assert tagging.tag(ticket, "billing CASE", by=agent) == billing
    tagging.tag(ticket, "urgent", by=agent)
    assert tags_of(ticket) == ["Billing case", "urgent"]
    tagging.untag(ticket, billing, by=agent)
    tagging.untag(ticket, billing, by=agent)
    assert tags_of(ticket) == ["urgent"]
    tagging.tag(ticket, "Billing case", by=agent)
    assert tags_of(ticket) == ["Billing case", "urgent"]
    assert Tag.objects.count() == 2


@pytest.mark.parametrize("name", ["", "   ", "\n\t"])
def test_a_tag_needs_a_name(ticket: Ticket, agent: User, name: str) -> None:
    with pytest.raises(ValueError):
        tagging.tag(ticket, name, by=agent)


def test_a_long_name_is_cut_and_found_again(ticket: Ticket, agent: User) -> None:
    made = tagging.tag(ticket, "x" * 100, by=agent)
    assert tagging.tag(ticket, "x" * 90, by=agent) == made
    assert len(made.name) == 40


def test_a_tag_in_the_bin_leaves_its_name_to_a_new_one(ticket: Ticket, agent: User) -> None:
    binned = tagging.tag(ticket, "billing", by=agent)
    binned.bin(by=agent)
    made = tagging.tag(factories.TicketFactory(), "billing", by=agent)
    assert made != binned
    assert list(Tag.objects.all()) == [made]


def test_a_ticket_has_its_own_tags(ticket: Ticket, agent: User) -> None:
    other = factories.TicketFactory()
    tagging.tag(ticket, "one", by=agent)
    tagging.tag(other, "two", by=agent)
    assert (tags_of(ticket), tags_of(other)) == (["one"], ["two"])


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_at_once_put_the_same_tag_on_once() -> None:
    ticket = factories.TicketFactory()
    done = together(*[partial(tagging.tag, ticket, "Billing", by=None)] * 4)
    assert [error for error in done if isinstance(error, Exception)] == []
    assert tags_of(ticket) == ["Billing"]
    assert Tag.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_who_take_it_at_once_both_reach_history() -> None:
    ticket = factories.TicketFactory()
    agents: list[Any] = factories.UserFactory.create_batch(2)
    together(*[partial(assignment.assign, ticket, each, by=each) for each in agents])
    entries = list(ticket.history.order_by("history_id"))[1:]
    assert {entry.assignee_id for entry in entries} == {each.pk for each in agents}
    assert Ticket.objects.get().assignee_id == entries[-1].assignee_id
