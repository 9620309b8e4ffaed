"""The web as a channel: what comes in through the portal's forms becomes a ticket or a message, once."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from contacts import identification
from contacts.models import Contact
from privacy import actor
from privacy.enums import Via
from privacy.vault.blind import mac
from tickets import lifecycle, spam
from tickets.attaching import NewAttachment
from tickets.channels import once
from tickets.enums import Channel
from tickets.lifecycle import MailFacts
from tickets.models import Department, Message, Ticket


def visitor(address: str, *, full_name: str, language: str) -> Contact:
    """The contact behind an address that nobody has proved to be theirs: what we know stays as it is."""
    known = identification.find(address)
    return known or identification.find_or_make(address, full_name=full_name, language=language)


@transaction.atomic
def ask(
    key: UUID,
    *,
    requester: Contact,
    subject: str,
    body_text: str,
    channel: Channel,
    language: str,
    department: Department | None = None,
    attachments: Sequence[NewAttachment] = (),
    values: Mapping[str, Any] | None = None,
) -> Ticket:
    """Open a ticket; the same form sent twice opens one. ``key`` is the form's own.

    Of a sender of spam it goes to the bin at once, unanswered. Who signed in has a mailbox, and is heard.
    """
    reference = _reference(key, subject, body_text, attachments)
    before = once.before(reference, author_contact=requester)
    if before is not None:
        return before.ticket
    is_spam = channel == Channel.WEB and requester.spam_at is not None
    with actor.acting(requester, via=Via.PORTAL):
        ticket = lifecycle.open(
            requester=requester,
            subject=subject,
            body_text=body_text,
            channel=channel,
            by=requester,
            department=department,
            language=language,
            attachments=attachments,
            mail=MailFacts(message_id=reference),
            values=values,
            confirm=not is_spam,
        )
    if is_spam:
        spam.put_away(ticket)
    return ticket


@transaction.atomic
def reply(
    key: UUID, ticket: Ticket, *, by: Contact, body_text: str, attachments: Sequence[NewAttachment] = ()
) -> Message:
    """Write to a ticket; the same form sent twice writes once."""
    reference = _reference(key, str(ticket.pk), body_text, attachments)
    return once.before(reference, author_contact=by) or lifecycle.reply(
        ticket,
        by=by,
        body_text=body_text,
        channel=Channel.PORTAL,
        attachments=attachments,
        mail=MailFacts(message_id=reference),
    )


def _reference(key: UUID, subject: str, body_text: str, attachments: Sequence[NewAttachment]) -> str:
    """A Message-ID made of the form's key and the text: who goes back and writes something else is heard."""
    named = "\x00".join(file.filename for file in attachments)
    digest = mac("tickets.web", f"{key}\x00{subject}\x00{body_text}\x00{named}")
    return f"{digest.hex()}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"
