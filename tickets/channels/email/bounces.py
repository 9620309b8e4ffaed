"""Mail that came back (RFC 3464): ours is marked, and the address if the failure is a lasting one."""

from datetime import timedelta

from contacts.enums import BounceReason
from contacts.models import Identity
from privacy import actor
from tickets.channels.email import tokens
from tickets.channels.email.classification import Verdict
from tickets.channels.email.problems import Problem
from tickets.enums import DeliveryState
from tickets.models import OutboundMail

RECENTLY = timedelta(days=14)


def note(verdict: Verdict) -> None:
    """Mark what came back. Reports can be made up: an address counts only if we wrote to it lately."""
    returned = _returned(verdict)
    if returned is not None:
        _came_back(returned, verdict)
    if verdict.is_lasting:
        for address in verdict.recipients:
            _mark(address, returned, reason(verdict.status))


def reason(status: str) -> BounceReason:
    """What an enhanced status code (RFC 3463) means for an address."""
    if status.startswith(("5.1.", "4.1.")):
        return BounceReason.NO_SUCH_ADDRESS
    if status.endswith(".2.2"):
        return BounceReason.MAILBOX_FULL
    if status.startswith("5.7."):
        return BounceReason.REFUSED
    return BounceReason.OTHER


def _returned(verdict: Verdict) -> OutboundMail | None:
    """The mail of ours that a report is about: the first one whose token is genuine."""
    for outbound_id in tokens.find(verdict.original_ids)[:1]:
        found: OutboundMail | None = OutboundMail.objects.select_for_update().filter(pk=outbound_id).first()
        return found
    return None


def _came_back(mail: OutboundMail, verdict: Verdict) -> None:
    """It failed; or only a copy of it did, then it stays sent, with the reason."""
    reached = mail.recipient.primary_email.casefold()
    is_copy = bool(verdict.recipients) and reached not in {each.casefold() for each in verdict.recipients}
    mail.state = DeliveryState.SENT if is_copy else DeliveryState.FAILED
    mail.error_code = Problem.RECIPIENT
    mail.error = f"{verdict.status} {', '.join(verdict.recipients)}".strip()
    mail.save()


def _mark(address: str, returned: OutboundMail | None, why: BounceReason) -> None:
    identity = _identity(address)
    if identity is None or not (returned is not None or _written_to_lately(identity)):
        return
    identity.bounced_at, identity.bounce_reason = actor.now(), why
    identity.save(update_fields=["bounced_at", "bounce_reason"])


def _identity(address: str) -> Identity | None:
    try:
        found: Identity | None = Identity.objects.filter(value=address).first()
    except ValueError:
        return None
    return found


def _written_to_lately(identity: Identity) -> bool:
    sent = OutboundMail.objects.filter(recipient=identity.contact_id, sent_at__gte=actor.now() - RECENTLY)
    return sent.exists()
