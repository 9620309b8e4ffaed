"""Who works on a ticket: which agent, which department."""

from typing import Any

from django.db import transaction

from privacy import access, actor
from privacy.access import Act
from privacy.models import User
from tickets.enums import Status
from tickets.models import Department, Ticket
from tickets.models.ticket import CHANGE_OWNER


@transaction.atomic
def assign(ticket: Ticket, assignee: User | None, *, by: Any) -> Ticket:
    """Give the ticket to an agent, or to nobody. A new ticket is open once somebody has it."""
    access.demand(by, Act.UPDATE, ticket, CHANGE_OWNER)
    access.demand_field(by, Ticket, "assignee")
    with actor.acting(by):
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if ticket.assignee != assignee:
            ticket.assignee = assignee
            if assignee is not None and ticket.status == Status.NEW:
                ticket.status = Status.OPEN
            ticket.save()
    return ticket


@transaction.atomic
def move(ticket: Ticket, department: Department, *, by: Any) -> Ticket:
    """Hand the ticket to another department."""
    access.demand(by, Act.UPDATE, ticket, CHANGE_OWNER)
    access.demand_field(by, Ticket, "department")
    with actor.acting(by):
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if ticket.department != department:
            ticket.department = department
            ticket.save()
    return ticket


def hand_over(user: User, successor: User | None) -> int:
    """Give the open tickets of somebody who goes to a colleague, or to nobody; returns how many.

    Whoever may deactivate an account may do this, whatever they may do to tickets otherwise.
    """
    theirs = Ticket.objects.select_for_update(of=("self",)).active().filter(assignee=user)
    tickets = list(theirs.order_by("pk"))
    for ticket in tickets:
        ticket.assignee = successor
        ticket.save(update_fields=["assignee"])
    return len(tickets)
