"""Values of custom fields on tickets."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.enums import PortalUse
from privacy.governance import Part
from privacy.models import CustomValue
from tickets.models.ticket import Ticket


class TicketValue(CustomValue):
    """A value in a custom field of a ticket. Fields can be for some departments only."""

    bound = "department"

    of = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="custom_values")

    governed_by = Part("of")
    data_subject = "of.requester"
    hidden_from_subject = Q(field__portal=PortalUse.NONE)

    class Meta(CustomValue.Meta):
        verbose_name = _("custom value of a ticket")
        verbose_name_plural = _("custom values of tickets")
