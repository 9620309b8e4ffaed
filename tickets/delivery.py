"""What goes out: queued in the database first, then the broker is nudged. Sending itself is the channel's."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction

from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from privacy import actor
from privacy.models import DataRequest, Letter
from tickets.enums import Channel, DeliveryState, MessageKind, OutboundKind
from tickets.models import Message, OutboundMail, Ticket

CONFIRMATIONS_A_DAY = 5
CONSENTS_A_DAY = 3
RETRYABLE = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)


def send(message: Message) -> OutboundMail:
    """Queue an agent's answer. A message goes out once: the second call returns the first mail."""
    mail = OutboundMail.objects.filter(message=message, kind=OutboundKind.REPLY).first()
    if mail is not None:
        return mail
    way = answers_by(message.ticket)
    return _queue(OutboundKind.REPLY, message.ticket, message, message.ticket.requester, channel=way)


def answers_by(ticket: Ticket) -> Channel:
    """Which way an answer goes: over Twitter/X to who wrote last that way, else by mail."""
    if ticket.channel != Channel.TWITTER:
        return Channel.EMAIL
    said = Message.objects.filter(ticket=ticket, kind=MessageKind.CUSTOMER).order_by("-created_at", "-id")
    is_tweet = said.values_list("channel", flat=True).first() == Channel.TWITTER
    return Channel.TWITTER if is_tweet else Channel.EMAIL


def confirm_all(messages: Iterable[Message]) -> list[OutboundMail]:
    """Queue the confirmations of new tickets by their first messages; not to a machine, not too often to one person."""
    wanted = [message for message in messages if not message.is_auto]
    sent = _sent_lately([each.ticket.requester_id for each in wanted], OutboundKind.CONFIRMATION)
    queued = []
    for message in wanted:
        requester = message.ticket.requester
        sent[requester.pk] += 1
        if sent[requester.pk] <= CONFIRMATIONS_A_DAY:
            queued.append(_written(OutboundKind.CONFIRMATION, message.ticket, message, requester))
    _nudge(queued)
    return queued


def send_sign_in(recipient: Contact, *, asked: Identity | None = None) -> OutboundMail:
    """Queue the mail with which a customer signs in to the portal; link and code are made when it is sent.

    It goes to the address ``asked`` with if that one is proven to be theirs; else to the primary one: what an agent
    noted may have a typing error, and its owner must not come in.
    """
    is_proven = asked is not None and asked.kind == IdentityKind.EMAIL and asked.verified_at is not None
    identity = asked if asked and is_proven and not asked.is_primary else None
    return _queue(OutboundKind.SIGN_IN, None, None, recipient, identity=identity)


def send_receipt(recipient: Contact) -> OutboundMail:
    """Queue the last mail that somebody gets: that they were erased, and what that reached."""
    return _queue(OutboundKind.ERASURE, None, None, recipient)


def send_request_links(request: DataRequest, recipient: Contact) -> None:
    """Queue the mails by which a person confirms a request: to their address, and to the one that they want."""
    _queue(OutboundKind.REQUEST, None, None, recipient)
    if request.new_address:
        _queue(OutboundKind.ADDRESS, None, None, recipient)


def send_letter(letter: Letter, recipient: Contact) -> OutboundMail:
    """Queue a letter about a request."""
    return _queue(OutboundKind.LETTER, None, None, recipient, letter=letter)


def ask_to_confirm(recipient: Contact) -> OutboundMail | None:
    """Queue the mail that asks somebody to confirm what they agreed to: one for all that waits, few a day."""
    asking = OutboundMail.objects.filter(recipient=recipient, kind=OutboundKind.CONSENT)
    if asking.filter(state=DeliveryState.QUEUED).exists() or not recipient.primary_email:
        return None
    if _sent_lately([recipient.pk], OutboundKind.CONSENT)[recipient.pk] >= CONSENTS_A_DAY:
        return None
    return _queue(OutboundKind.CONSENT, None, None, recipient)


def on_confirmation_wanted(sender: Any, subject_id: UUID, **_: Any) -> None:
    """Receiver of ``privacy.consent.confirmation_wanted``: the kernel knows no mail."""
    if (contact := Contact.objects.filter(pk=subject_id).first()) is not None:
        ask_to_confirm(contact)


@transaction.atomic
def retry(mail: OutboundMail) -> bool:
    """Send again what failed, or what may have been sent if the agent says so. False if it isn't in such a state."""
    mail = OutboundMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in RETRYABLE:
        return False
    mail.state, mail.attempts, mail.next_attempt_at = DeliveryState.QUEUED, 0, actor.now()
    mail.error_code = mail.error = ""
    mail.save()
    _nudge([mail])
    return True


@transaction.atomic
def mark_sent(mail: OutboundMail) -> bool:
    """The agent knows that a possibly sent mail did arrive."""
    mail = OutboundMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state != DeliveryState.UNCERTAIN:
        return False
    mail.state, mail.sent_at = DeliveryState.SENT, actor.now()
    mail.save()
    return True


def _queue(
    kind: OutboundKind, ticket: Ticket | None, message: Message | None, recipient: Contact, **more: Any
) -> OutboundMail:
    mail = _written(kind, ticket, message, recipient, **more)
    _nudge([mail])
    return mail


def _written(
    kind: OutboundKind, ticket: Ticket | None, message: Message | None, recipient: Contact, **more: Any
) -> OutboundMail:
    mail = OutboundMail(kind=kind, ticket=ticket, message=message, recipient=recipient, **more)
    if actor.is_retelling():  # an import of what happened earlier: it went out back then
        mail.state, mail.sent_at = DeliveryState.SENT, actor.now()
    mail.save()
    return mail


def _nudge(mails: Sequence[OutboundMail]) -> None:
    """Tell a worker after the commit; if the broker is away, the timetable finds the mails."""
    ids = [str(mail.pk) for mail in mails if mail.state == DeliveryState.QUEUED]
    if ids:
        transaction.on_commit(
            lambda: current_app.send_task("tickets.tasks.send_mail", ids, retry=False), robust=True
        )


def _sent_lately(recipients: Collection[UUID], kind: OutboundKind) -> Counter[UUID]:
    """How many mails of a kind each of them got within a day."""
    since = actor.now() - timedelta(days=1)
    sent = OutboundMail.objects.filter(recipient__in=recipients, kind=kind, created_at__gte=since)
    return Counter(sent.values_list("recipient_id", flat=True))
