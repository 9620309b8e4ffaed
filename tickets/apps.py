"""The helpdesk itself: tickets, messages, channels, and the pages of desk and portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from tickets import keeping

        keeping.register()
