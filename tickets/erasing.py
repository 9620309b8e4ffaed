"""What an erasure means here: open tickets first, a receipt by mail, and nothing more that goes out."""

from typing import Any

from contacts.models import Contact
from privacy.erasure import hooks
from privacy.models import Person, User
from privacy.vault.models import Erasure, Farewell
from tickets import assignment, delivery, lifecycle
from tickets.channels.email import outbound
from tickets.enums import DeliveryState, OutboundKind
from tickets.models import OutboundMail, Ticket

OUTCOMES = {
    DeliveryState.SENT: Farewell.SENT,
    DeliveryState.UNCERTAIN: Farewell.SENT,
    DeliveryState.FAILED: Farewell.FAILED,
}


def connect() -> None:
    """Hand all this to the kernel, which knows no tickets."""
    hooks.open_work.append(open_tickets)
    hooks.settling.append(settle)
    hooks.farewells.append(say_farewell)


def open_tickets(person: Person) -> Any:
    """What a customer still waits for, or what an agent still has to do."""
    active = Ticket.objects.active()
    if isinstance(person, User):
        return active.filter(assignee=person)
    return active.filter(requester=person) if isinstance(person, Contact) else active.none()


def settle(person: Person, by: Any) -> None:
    """A customer's open tickets are closed; an agent's go back to everybody."""
    for ticket in open_tickets(person).iterator(chunk_size=200):
        if isinstance(person, User):
            assignment.assign(ticket, None, by=by)
        else:
            lifecycle.close(ticket, by=by)


def say_farewell(person: Person, entry: Erasure) -> Farewell:
    """Send a customer the receipt, here and now: soon there is no address any more."""
    if not isinstance(person, Contact) or not person.primary_email:
        return Farewell.NO_ADDRESS
    mail = OutboundMail.objects.filter(recipient=person, kind=OutboundKind.ERASURE).first()
    mail = mail or delivery.send_receipt(person)
    outbound.send(mail.pk)
    mail.refresh_from_db()
    return OUTCOMES.get(DeliveryState(mail.state), Farewell.WAITING)
