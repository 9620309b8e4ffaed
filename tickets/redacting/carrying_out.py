"""Blacking out: all that a plan found, or nothing; with a trace that says who and why, and never what."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor, audit, lens, redaction
from privacy.access import Act
from privacy.vault.files import as_file
from tickets.models import InboundMail, Message, Redaction, Ticket
from tickets.models.ticket import REDACT
from tickets.redacting import files
from tickets.redacting.planning import plan

SHORTEST_REASON = 5


@transaction.atomic
def redact(
    message: Message, texts: Iterable[str], *, reason: str, by: Any, with_subject: bool = False
) -> Redaction | None:
    """Black the texts out for good, everywhere in the message's ticket; None if they stand nowhere (any more).

    Raises Denied; ValidationError without a reason, or for texts that are too short.
    """
    access.demand(by, Act.UPDATE, message.ticket, REDACT)
    access.demand_field(by, Message, "body_text")
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise ValidationError(_("Say in a few words why."))
    with actor.acting(by):
        _hold(message.ticket)
        made = plan(message, texts, with_subject=with_subject)
        if made.is_empty:
            return None
        redaction.carry_out(made.changes, by=by)
        for each in made.files:
            files.replace(each, by=by)
        for mail, raw, _places in made.mails:
            _replace(mail, raw, by=by)
        trace = Redaction(
            ticket=message.ticket,
            message=message,
            by=by,
            places=made.places or made.in_history,
            reason=reason,
        )
        trace.save()
    return trace


def _hold(ticket: Ticket) -> None:
    """Nobody writes to the ticket or its messages until the transaction ends."""
    Ticket.everything.select_for_update().get(pk=ticket.pk)
    list(Message.everything.select_for_update().filter(ticket=ticket).order_by("pk").values_list("pk"))


def _replace(mail: InboundMail, raw: bytes, *, by: Any) -> None:
    """The new file is sealed under another name; the old one goes when the transaction is through."""
    with lens.lifted():
        mail.raw.save("", as_file(raw))
    audit.record(audit.Deed.REDACT, mail, by=by, fields=["raw"])
