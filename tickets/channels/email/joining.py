"""To which ticket a mail belongs, if any: by our token, its references, a number from somebody known."""

from contacts.models import Contact
from tickets import numbering
from tickets.channels.email import own, tokens
from tickets.channels.email.parsing import ParsedMail
from tickets.models import Message, OutboundMail, Participant, Ticket


def ticket_of(mail: ParsedMail, sender: Contact | None) -> Ticket | None:
    """The ticket that this mail goes on with, or None for a new one.

    A token of ours can't be guessed: whoever has it was written to. References and numbers can be, so they
    count only from the requester or somebody who gets copies.
    """
    return _by_token(mail) or (_by_reference(mail, sender) or _by_number(mail, sender) if sender else None)


def _by_token(mail: ParsedMail) -> Ticket | None:
    for outbound_id in tokens.find(
        [mail.in_reply_to, *reversed(mail.references), *mail.to, *mail.cc, *own.envelope(mail)]
    ):
        sent = OutboundMail.objects.select_related("ticket__requester").filter(pk=outbound_id).first()
        if sent is not None and sent.ticket is not None and _goes_on(sent.ticket):
            found: Ticket = sent.ticket
            return found
    return None


def _by_reference(mail: ParsedMail, sender: Contact) -> Ticket | None:
    named = list(dict.fromkeys(filter(None, [mail.in_reply_to, *reversed(mail.references)])))
    if not named:
        return None
    messages = Message.objects.filter(message_id__in=named[:50], ticket__deleted_at=None)
    for message in messages.select_related("ticket").order_by("-created_at"):
        if takes_part(sender, message.ticket):
            found: Ticket = message.ticket
            return found
    return None


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
