"""The helpdesk itself: tickets, messages, channels, and the pages of desk and portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from privacy import leaving
        from privacy.consent import confirmation_wanted
        from tickets import (
            assignment,
            bystanders,
            controls,
            delivery,
            erasing,
            events,
            keeping,
            recipients,
            spam,
        )

        leaving.hands_over("tickets", assignment.hand_over)
        confirmation_wanted.connect(delivery.on_confirmation_wanted, dispatch_uid="tickets.delivery")
        keeping.register()
        bystanders.register()
        controls.connect()
        erasing.connect()
        recipients.connect()
        spam.register()
        assert events.WORDS  # offered on import
