"""How long tickets, contacts and mails are kept when nobody deletes them: terms that the purge enforces."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
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
TICKETS, MAILS = Ticket._meta.label_lower, InboundMail._meta.label_lower


def closed_tickets(before: datetime) -> Counter[str]:
    """Tickets that were closed before this moment go to the bin."""
    return _bin(Ticket, lambda: purging.free(Ticket).filter(deleted_at=None, closed_at__lte=before))


def idle_contacts(before: datetime) -> Counter[str]:
    """Contacts without any ticket, untouched since, go to the bin."""

    def idle() -> Any:
        rows = purging.free(Contact).filter(deleted_at=None, updated_at__lte=before)
        for model, name in ((Ticket, "requester"), (Participant, "contact"), (Message, "author_contact")):
            rows = rows.exclude(Exists(model.everything.filter(**{name: OuterRef("pk")})))
        return rows

    return _bin(Contact, idle)


def spam_senders(before: datetime) -> Counter[str]:
    """Contacts who were marked as senders of spam, and have no ticket but what is in the bin, go there too."""

    def senders() -> Any:
        rows = purging.free(Contact).filter(deleted_at=None, spam_at__lte=before)
        return rows.exclude(Exists(Ticket.objects.filter(requester=OuterRef("pk"))))

    return _bin(Contact, senders) if Contact.objects.filter(spam_at__lte=before).exists() else Counter()


def spam_mails(before: datetime) -> Counter[str]:
    """Mails that were kept out as spam go for good."""
    return _remove(before, state=InboundState.SPAM)


def held_mails(before: datetime) -> Counter[str]:
    """Mails that became no ticket go for good: they wait for nobody any more."""
    return _remove(before, ~Q(state=InboundState.SPAM), message=None)


def raw_mails(before: datetime) -> Counter[str]:
    """The originals of mails whose message is in its ticket go for good; the message stays."""
    return _remove(before, message__isnull=False, state=InboundState.DONE)


TERMS = (
    Term("tickets.closed", _("Closed tickets go to the recycle bin"), None, closed_tickets, (TICKETS,)),
    Term(
        "contacts.idle",
        _("Contacts without any ticket go to the recycle bin"),
        None,
        idle_contacts,
        (Contact._meta.label_lower,),
    ),
    Term(
        "contacts.spam",
        _("Senders of spam go to the recycle bin"),
        SPAM_SENDER_DAYS,
        spam_senders,
        (Contact._meta.label_lower,),
    ),
    Term("mails.spam", _("Mails kept out as spam go for good"), SPAM_MAIL_DAYS, spam_mails, (MAILS,)),
    Term("mails.held", _("Mails that became no ticket go for good"), None, held_mails, (MAILS,)),
    Term("mails.raw", _("Originals of received mails go for good"), None, raw_mails, (MAILS,)),
)


def register() -> None:
    """Let the purge know."""
    retention.register(*TERMS)


def _bin(model: Any, rows: Callable[[], Any]) -> Counter[str]:
    """One record a transaction, so that each deletion is an act of its own; what is locked is left for later."""
    for pk in list(rows().order_by().values_list("pk", flat=True)):
        with transaction.atomic():
            record = rows().filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
            if record is not None:
                binning.bin(record, by=None, reason=BinReason.TERM)
    return Counter()


def _remove(before: datetime, *conditions: Q, **which: Any) -> Counter[str]:
    removed: Counter[str] = Counter()
    old = Q(*conditions, received_at__lte=before, **which)
    if not InboundMail.objects.filter(old).exists():
        return removed
    rows = purging.free(InboundMail).filter(old).order_by()
    for batch in batches(list(rows.values_list("pk", flat=True)), PORTION):
        with transaction.atomic():
            claimed = rows.filter(pk__in=batch).select_for_update(skip_locked=True, of=("self",))
            removed += remove(InboundMail, list(claimed.values_list("pk", flat=True)))
    return removed
