"""Contacts who agree to something now."""

from collections.abc import Iterator

from contacts.models import Contact
from privacy import consent


def contacts(key: str) -> Iterator[Contact]:
    """Those who agree to a purpose, each asked about right before; whoever lies in the bin is left out."""
    for subject_id in consent.consented(key):
        contact = Contact.objects.prefetch_related("identities").filter(pk=subject_id).first()
        if contact is not None:
            yield contact
