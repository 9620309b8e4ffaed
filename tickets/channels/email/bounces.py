"""Mail that came back (RFC 3464): the address is marked, and the message says so."""

from contacts.enums import BounceReason
from contacts.models import Identity
from privacy import actor
from tickets.channels.email import tokens
from tickets.channels.email.classification import Verdict
from tickets.channels.email.problems import Problem
from tickets.enums import DeliveryState
from tickets.models import OutboundMail


def note(verdict: Verdict) -> None:
    """Mark the mail of ours that came back, and its address if the failure is a lasting one."""
    sent = [each for each in tokens.find(verdict.original_ids) if each is not None]
    for mail in OutboundMail.objects.select_for_update().filter(pk__in=sent):
        mail.state, mail.error_code = DeliveryState.FAILED, Problem.RECIPIENT
        mail.error = f"{verdict.status} {', '.join(verdict.recipients)}".strip()
        mail.save()
    if verdict.is_lasting:
        _mark(verdict)


def _mark(verdict: Verdict) -> None:
    for address in verdict.recipients:
        try:
            identity = Identity.objects.filter(value=address).first()
        except ValueError:
            continue
        if identity is not None:
            identity.bounced_at, identity.bounce_reason = actor.now(), reason(verdict.status)
            identity.save(update_fields=["bounced_at", "bounce_reason"])


def reason(status: str) -> BounceReason:
    """What an enhanced status code (RFC 3463) means for an address."""
    if status.startswith(("5.1.", "4.1.")):
        return BounceReason.NO_SUCH_ADDRESS
    if status.endswith(".2.2"):
        return BounceReason.MAILBOX_FULL
    if status.startswith("5.7."):
        return BounceReason.REFUSED
    return BounceReason.OTHER
