"""Spam: its ticket goes to the bin. So does what its sender asks through a form; their mails are kept out."""

from typing import Any

from django.db import transaction

from contacts import spam
from contacts.models import Contact
from privacy import access, binning
from privacy.access import Act
from privacy.enums import BinReason
from privacy.models import Binned, Record
from tickets.models import Ticket


@transaction.atomic
def mark(ticket: Ticket, *, by: Any) -> Binned | None:
    """This ticket is spam, and who opened it sends spam. Other tickets of theirs stay."""
    entry = binning.bin(ticket, by=by, reason=BinReason.SPAM)
    spam.mark(ticket.requester, by=by)
    return entry


def put_away(ticket: Ticket) -> None:
    """What somebody sent who is marked already: to the bin, by the software, where people can look at it."""
    binning.bin(ticket, by=None, reason=BinReason.SPAM)


def clear(contact: Contact, *, by: Any) -> None:
    """This contact sends no spam: their next mail is taken in. For whoever may delete tickets."""
    access.demand(by, Act.DELETE, Ticket)
    spam.clear(contact, by=by)


def forgive(record: Record, reason: str, by: Any) -> None:
    """What comes back from the bin was no spam: nor is what its sender writes next."""
    if reason == BinReason.SPAM and isinstance(record, Ticket):
        spam.clear(record.requester, by=by)


def register() -> None:
    """Let the recycle bin know."""
    if forgive not in binning.returns:
        binning.returns.append(forgive)
