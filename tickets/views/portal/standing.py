"""Where a question stands, in a customer's words instead of status codes."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.enums import Status
from tickets.models import Ticket


class Standing(NamedTuple):
    """Words, icon and tone of a badge; and what stands above the box in which the customer goes on."""

    words: str | Promise
    icon: str
    tone: str
    invitation: str | Promise
    hint: str | Promise


LATER = _("We answer by e-mail. If there is something to add, write it here.")
AGAIN = _("Is something still open? Write here, and we go on.")

STANDINGS = {
    Status.NEW: Standing(_("We have your question"), "inbox", "accent", _("Add a message"), LATER),
    Status.OPEN: Standing(_("We're working on it"), "circle-dot", "accent", _("Add a message"), LATER),
    Status.PENDING: Standing(
        _("We're waiting for your answer"), "reply", "wait", _("Your answer"), _("Or just answer our mail.")
    ),
    Status.ON_HOLD: Standing(_("We're working on it"), "circle-dot", "accent", _("Add a message"), LATER),
    Status.RESOLVED: Standing(_("Solved"), "circle-check", "ok", _("Write again"), AGAIN),
    Status.CLOSED: Standing(_("Closed"), "archive", "", _("Write again"), AGAIN),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A ticket as its customer sees it."""

    ticket: Ticket

    @property
    def standing(self) -> Standing:
        return STANDINGS[Status(self.ticket.status)]
