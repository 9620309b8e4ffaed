"""Blacking words out of a ticket for good: texts, pages, quoted copies, history, drafts, and the mails as they came."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from privacy import access, actor, audit, lens, redaction
from privacy.access import Act
from privacy.redaction import Change, black_out, black_out_html
from privacy.vault.files import FileErasedError, as_file
from tickets.channels.email import blacking
from tickets.models import Draft, InboundMail, Message, Redaction, Ticket
from tickets.models.ticket import REDACT

SHORTEST_REASON = 5


@dataclass(slots=True)
class Plan:
    """What would be blacked out, and where; nothing has happened yet."""

    message: Message
    changes: list[Change] = field(default_factory=list)
    mails: list[tuple[InboundMail, bytes, int]] = field(default_factory=list)

    @property
    def here(self) -> int:
        """Places in the message itself."""
        return self._count(Message, here=True)

    @property
    def elsewhere(self) -> int:
        """Places in the other messages of the ticket, in quotations above all."""
        return self._count(Message, here=False)

    @property
    def in_subject(self) -> int:
        return self._count(Ticket)

    @property
    def in_drafts(self) -> int:
        return self._count(Draft)

    @property
    def in_mails(self) -> int:
        return sum(places for _mail, _raw, places in self.mails)

    @property
    def in_history(self) -> int:
        return sum(change.places for change in self.changes if change.is_history)

    @property
    def places(self) -> int:
        """All that people can see; earlier versions aren't counted again."""
        return self.here + self.elsewhere + self.in_subject + self.in_drafts + self.in_mails

    def _count(self, model: Any, *, here: bool | None = None) -> int:
        return sum(
            change.places
            for change in self.changes
            if change.holder is model and (here is None or here == (change.row_id == self.message.pk))
        )


def plan(message: Message, texts: Iterable[str], *, with_subject: bool = False) -> Plan:
    """Look where the texts stand. Changes nothing. Raises ValidationError for texts that are too short."""
    try:
        words = redaction.pattern(texts)
    except ValueError:
        said = _("Give at least {count} characters each.").format(count=redaction.SHORTEST)
        raise ValidationError(said) from None
    return _planned(message, words, with_subject=with_subject)


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
        if not made.changes and not made.mails:
            return None
        redaction.carry_out(made.changes, by=by)
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


def noted(tickets: Any) -> Any:
    """Tickets that know whether something was blacked out of them (``is_redacted``), without a query more."""
    return tickets.annotate(is_redacted=Exists(Redaction.objects.filter(ticket=OuterRef("pk"))))


def show(ticket: Any, messages: Iterable[Any]) -> None:
    """Put with each message what was blacked out of it (``blackened``); asks only where something was."""
    if not ticket.is_redacted:
        return
    found: dict[Any, list[Redaction]] = {}
    rows = Redaction.objects.filter(message__in=messages).select_related("by")
    for each in rows.order_by("created_at", "id"):
        found.setdefault(each.message_id, []).append(each)
    for message in messages:
        message.blackened = found.get(message.pk, [])


def _planned(message: Message, words: re.Pattern[str], *, with_subject: bool) -> Plan:
    text = partial(black_out, words=words)
    said = {"body_text": text, "body_html": partial(black_out_html, words=words), "quoted_text": text}
    whole = {"ticket": message.ticket_id}
    made = Plan(message)
    made.changes += redaction.changes(Message, _ids(Message.everything.filter(**whole)), said)
    made.changes += redaction.changes(Draft, _ids(Draft.objects.filter(**whole)), {"body": text})
    if with_subject:
        made.changes += redaction.changes(Ticket, [message.ticket_id], {"subject": text})
    for mail in InboundMail.objects.filter(message__ticket=message.ticket_id):
        raw, places = blacking.without(_raw(mail), words)
        if places:
            made.mails.append((mail, raw, places))
    return made


def _hold(ticket: Ticket) -> None:
    """Nobody writes to the ticket or its messages until the transaction ends."""
    Ticket.everything.select_for_update().get(pk=ticket.pk)
    list(Message.everything.select_for_update().filter(ticket=ticket).order_by("pk").values_list("pk"))


def _ids(rows: Any) -> list[Any]:
    return list(rows.values_list("pk", flat=True))


def _raw(mail: InboundMail) -> bytes:
    try:
        with lens.lifted():
            return bytes(mail.raw.read_plain())  # type: ignore[attr-defined]
    except FileErasedError:
        return b""


def _replace(mail: InboundMail, raw: bytes, *, by: Any) -> None:
    """The new file is sealed under another name; the old one goes when the transaction is through."""
    with lens.lifted():
        mail.raw.save("", as_file(raw))
    audit.record(audit.Deed.REDACT, mail, by=by, fields=["raw"])
