"""To which ticket a mail belongs, if any: by our token, its references, a number from somebody known."""

from contacts.models import Contact
from tickets import numbering
from tickets.channels.email.arrivals import Arrival
from tickets.channels.email.knowledge import Knowledge
from tickets.channels.email.parsing import ParsedMail
from tickets.models import Participant, Ticket


def ticket_of(arrival: Arrival, sender: Contact | None, known: Knowledge) -> Ticket | None:
    """The ticket that this mail goes on with, or None for a new one.

    A token of ours can't be guessed: whoever has it was written to. References and numbers can be, so they
    count only from the requester or somebody who gets copies.
    """
    by_token = _by_token(arrival, known)
    if by_token is not None or sender is None or arrival.mail is None:
        return by_token
    return _by_reference(arrival, sender, known) or _by_number(arrival.mail, sender)


def _by_token(arrival: Arrival, known: Knowledge) -> Ticket | None:
    tickets = (sent.ticket for sent in known.sent(arrival))
    return next((ticket for ticket in tickets if ticket is not None and _goes_on(ticket)), None)


def _by_reference(arrival: Arrival, sender: Contact, known: Knowledge) -> Ticket | None:
    tickets = (message.ticket for message in known.messages_named(arrival))
    return next((ticket for ticket in tickets if takes_part(sender, ticket)), None)


def _by_number(mail: ParsedMail, sender: Contact) -> Ticket | None:
    numbers = numbering.numbers_in(mail.subject)[:5]
    if not numbers:
        return None
    named = Ticket.objects.filter(number__in=numbers, requester__erased_at=None)
    for ticket in named.order_by("-number"):
        if takes_part(sender, ticket):
            found: Ticket = ticket
            return found
    return None


def _goes_on(ticket: Ticket) -> bool:
    """A ticket that was deleted, or whose person was erased, takes nothing more."""
    return ticket.deleted_at is None and ticket.requester.erased_at is None


def takes_part(person: Contact, ticket: Ticket) -> bool:
    """Whether somebody is the ticket's requester or gets copies of it."""
    if ticket.requester_id == person.pk:
        return True
    return bool(Participant.objects.filter(ticket=ticket, contact=person).exists())
