"""Where a question stands, in a customer's words instead of status codes."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.enums import Status
from tickets.models import Ticket


class Standing(NamedTuple):
    """Words, icon and tone for a badge; ``next`` says what comes now."""

    words: str | Promise
    icon: str
    tone: str
    next: str | Promise


STANDINGS = {
    Status.NEW: Standing(
        _("We have your question"), "inbox", "accent", _("Nobody has answered yet. We'll write to you by e-mail.")
    ),
    Status.OPEN: Standing(
        _("We're working on it"), "circle-dot", "accent", _("We'll write to you by e-mail as soon as we know more.")
    ),
    Status.PENDING: Standing(
        _("We're waiting for your answer"), "reply", "wait", _("Write below, or just answer our mail.")
    ),
    Status.ON_HOLD: Standing(
        _("We're working on it"), "circle-dot", "accent", _("It takes a little longer. We'll write to you by e-mail.")
    ),
    Status.RESOLVED: Standing(
        _("Solved"), "circle-check", "ok", _("Is something still open? Write below, and we go on.")
    ),
    Status.CLOSED: Standing(
        _("Closed"), "archive", "", _("Is something still open? Write below, and we go on.")
    ),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A ticket as its customer sees it."""

    ticket: Ticket

    @property
    def standing(self) -> Standing:
        return STANDINGS[Status(self.ticket.status)]
