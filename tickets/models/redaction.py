"""Redactions: who blacked something out of a ticket for good, when and why. Never what. Written once."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Personal
from privacy.enums import Category, LawfulBasis, Purpose
from privacy.governance import Part
from privacy.models import SealedRow, UnauditedWrite
from privacy.vault.fields import SealedTextField
from tickets.models.message import Message
from tickets.models.ticket import Ticket


class Redaction(SealedRow):
    """Words of a message, and their copies elsewhere in its ticket, were made unreadable."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="redactions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="redactions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    places = models.PositiveIntegerField(_("places"))
    reason = SealedTextField(_("reason"))

    governed_by = Part("ticket")
    data_subject = "ticket.requester"
    hidden_from_subject = Q(pk__isnull=False)
    personal_data: ClassVar = [
        Personal("reason", Category.CONTENT, Purpose.SECURITY, LawfulBasis.LEGITIMATE_INTERESTS),
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("blacking out")
        verbose_name_plural = _("blackings out")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once."""
        if not self._state.adding:
            raise UnauditedWrite("A redaction is never changed.")
        super().save(*args, **kwargs)
