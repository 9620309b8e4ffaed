"""Passkeys of customers: who has one signs in to the portal without a mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact
from privacy.governance import Own
from privacy.models import KeyPair


class CustomerPasskey(KeyPair):
    """A passkey of a contact; it is deleted, not binned: what is taken off lets nobody in again."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="passkeys")

    governed_by = Own("contact")
    data_subject = "contact"

    class Meta(KeyPair.Meta):
        verbose_name = _("passkey of a customer")
        verbose_name_plural = _("passkeys of customers")
        ordering = ["created_at", "id"]
