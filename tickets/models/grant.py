"""Single tickets shared with one agent or group, for a while or for good (django-guardian)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.governance import Part
from privacy.models import GroupGrant, UserGrant
from tickets.models.ticket import Ticket


class TicketUserGrant(UserGrant):
    """A ticket shared with an agent."""

    content_object = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="user_grants")

    governed_by = Part("content_object")

    class Meta(UserGrant.Meta):
        verbose_name = _("ticket shared with an agent")
        verbose_name_plural = _("tickets shared with agents")


class TicketGroupGrant(GroupGrant):
    """A ticket shared with a group."""

    content_object = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="group_grants")

    governed_by = Part("content_object")

    class Meta(GroupGrant.Meta):
        verbose_name = _("ticket shared with a group")
        verbose_name_plural = _("tickets shared with groups")
