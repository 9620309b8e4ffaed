"""How long tickets, contacts and mails are kept when nobody deletes them: terms that the purge enforces."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from privacy import binning, purging, retention
from privacy.enums import BinReason
from privacy.models.bulk import batches
from privacy.removal import remove
from privacy.retention import Term
from tickets.enums import InboundState
from tickets.models import InboundMail, Message, Participant, Ticket

PORTION = 200
SPAM_SENDER_DAYS, SPAM_MAIL_DAYS = 90, 30


def closed_tickets(before: datetime) -> Any:
    """Tickets that were closed before this moment."""
    return purging.free(Ticket).filter(deleted_at=None, closed_at__lte=before)


def idle_contacts(before: datetime) -> Any:
    """Contacts without any ticket, untouched since."""
    rows = purging.free(Contact).filter(deleted_at=None, updated_at__lte=before)
    for model, name in ((Ticket, "requester"), (Participant, "contact"), (Message, "author_contact")):
        rows = rows.exclude(Exists(model.everything.filter(**{name: OuterRef("pk")})))
    return rows


def spam_senders(before: datetime) -> Any:
    """Contacts who were marked as senders of spam, and have no ticket but what is in the bin."""
    if not Contact.objects.filter(spam_at__lte=before).exists():
        return Contact.objects.none()
    rows = purging.free(Contact).filter(deleted_at=None, spam_at__lte=before)
    return rows.exclude(Exists(Ticket.objects.filter(requester=OuterRef("pk"))))


def spam_mails(before: datetime) -> Any:
    """Mails that were kept out as spam."""
    return _mails(before, state=InboundState.SPAM)


def held_mails(before: datetime) -> Any:
    """Mails that became no ticket: they wait for nobody any more."""
    return _mails(before, ~Q(state=InboundState.SPAM), message=None)


def raw_mails(before: datetime) -> Any:
    """The originals of mails whose message is in its ticket; the message stays."""
    return _mails(before, message__isnull=False, state=InboundState.DONE)


def _bin(model: Any, due: Callable[[datetime], Any], before: datetime) -> Counter[str]:
    """One record a transaction, so that each deletion is an act of its own; what is locked is left for later."""
    for pk in list(due(before).order_by().values_list("pk", flat=True)):
        with transaction.atomic():
            record = due(before).filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
            if record is not None:
                binning.bin(record, by=None, reason=BinReason.TERM)
    return Counter()


def _mails(before: datetime, *conditions: Q, **which: Any) -> Any:
    old = Q(*conditions, received_at__lte=before, **which)
    if not InboundMail.objects.filter(old).exists():
        return InboundMail.objects.none()
    return purging.free(InboundMail).filter(old).order_by()


def _remove(due: Callable[[datetime], Any], before: datetime) -> Counter[str]:
    removed: Counter[str] = Counter()
    rows = due(before)
    for batch in batches(list(rows.values_list("pk", flat=True)), PORTION):
        with transaction.atomic():
            claimed = rows.filter(pk__in=batch).select_for_update(skip_locked=True, of=("self",))
            removed += remove(InboundMail, list(claimed.values_list("pk", flat=True)))
    return removed


def _term(
    code: str,
    model: Any,
    due: Callable[[datetime], Any],
    *,
    label: Promise,
    says: Promise,
    days: int | None = None,
) -> Term:
    """Mails go for good, all else to the bin."""
    to_bin = model is not InboundMail
    let_go = partial(_bin, model, due) if to_bin else partial(_remove, due)
    return Term(code, label, days, let_go, (model._meta.label_lower,), says=says, due=due, to_bin=to_bin)


TERMS = (
    _term(
        "tickets.closed",
        Ticket,
        closed_tickets,
        label=_("Closed tickets go to the recycle bin"),
        says=_("Counted from the day on which a ticket was closed. Its messages and files go along."),
    ),
    _term(
        "contacts.idle",
        Contact,
        idle_contacts,
        label=_("Contacts without any ticket go to the recycle bin"),
        says=_("Counted from the last change of the contact. Who wrote anywhere, or is in copy, stays."),
    ),
    _term(
        "contacts.spam",
        Contact,
        spam_senders,
        days=SPAM_SENDER_DAYS,
        label=_("Senders of spam go to the recycle bin"),
        says=_("Counted from the day on which somebody marked them. Until then what they send is kept out."),
    ),
    _term(
        "mails.spam",
        InboundMail,
        spam_mails,
        days=SPAM_MAIL_DAYS,
        label=_("Mails kept out as spam go for good"),
        says=_("Counted from their arrival. Until then they can be looked at under “Kept out as spam”."),
    ),
    _term(
        "mails.held",
        InboundMail,
        held_mails,
        label=_("Mails that became no ticket go for good"),
        says=_("Counted from their arrival. What waits under “Needs attention” goes, too."),
    ),
    _term(
        "mails.raw",
        InboundMail,
        raw_mails,
        label=_("Originals of received mails go for good"),
        says=_("Counted from their arrival. The message stays in its ticket; the mail as it came is gone."),
    ),
)


def register() -> None:
    """Let the purge know."""
    retention.register(*TERMS)
