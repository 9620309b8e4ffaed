"""Senders of spam: remembered, so that their mails are kept out, until their time is over.

Who may say so follows from the ticket or mail in question: the verbs of tickets ask.
"""

from typing import Any

from django.db import transaction

from contacts.models import Contact
from privacy import actor


@transaction.atomic
def mark(contact: Contact, *, by: Any) -> None:
    """Mails of this contact are kept out from now on. Marking again changes nothing."""
    with actor.acting(by):
        sender = _locked(contact)
        if sender.spam_at is None:
            sender.spam_at = actor.now()
            sender.save(update_fields=["spam_at"])


@transaction.atomic
def clear(contact: Contact, *, by: Any) -> None:
    """It was a mistake: their next mail is taken in as anybody's."""
    with actor.acting(by):
        sender = _locked(contact)
        if sender.spam_at is not None:
            sender.spam_at = None
            sender.save(update_fields=["spam_at"])


def _locked(contact: Contact) -> Contact:
    found: Contact = Contact.everything.select_for_update().get(pk=contact.pk)
    return found
