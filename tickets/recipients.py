"""To whom tickets go: the mail servers of the mailboxes, for the register of processing."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from contacts.models import Identity
from privacy import register
from privacy.register import Recipient
from tickets.models import Attachment, InboundMail, Mailbox, Message, OutboundMail, Ticket

RECEIVED = (InboundMail, Message, Attachment, Identity)
SENT = (OutboundMail, Message, Attachment, Identity, Ticket)


def connect() -> None:
    """Let the register know."""
    register.from_source(mail_servers)


def mail_servers() -> Iterator[Recipient]:
    """Each server that a mailbox fetches from or sends through, once."""
    found: dict[str, tuple[str, Any, tuple[Any, ...]]] = {}
    for mailbox in Mailbox.objects.filter(is_active=True):
        if mailbox.imap_host:
            role = _("Mail server that receives for a mailbox")
            found[f"imap:{mailbox.imap_host}"] = (mailbox.imap_host, role, RECEIVED)
        if mailbox.smtp_host:
            role = _("Mail server that sends for a mailbox")
            found[f"smtp:{mailbox.smtp_host}"] = (mailbox.smtp_host, role, SENT)
    for key, (host, role, models) in found.items():
        yield Recipient(key[:80], host, role, frozenset(model._meta.label_lower for model in models))
