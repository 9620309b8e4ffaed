"""Why a mail became no message: a code that is stored, and the sentence that people read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Codes of ``InboundMail.reason``; empty when a mail was taken in."""

    DUPLICATE = "duplicate", _("The same mail was taken in before.")
    BOUNCE = "bounce", _("A mail of ours came back.")
    DELAYED = "delivery_delayed", _("A mail of ours is late; the server goes on trying.")
    DELIVERED = "delivery_report", _("A server reports that a mail of ours was delivered.")
    READ_RECEIPT = "read_receipt", _("A receipt: our mail was opened.")
    AUTO_REPLY = "auto_reply", _("An automatic answer, such as an absence note.")
    AUTO_GENERATED = "auto_generated", _("Sent by a machine.")
    BULK = "bulk", _("Mass mail.")
    NEWSLETTER = "newsletter", _("A newsletter.")
    LOOP = "loop", _("A mail of ours that came back to us.")
    TOO_MANY_HOPS = "too_many_hops", _("It went through too many servers: it runs in a circle.")
    OWN_ADDRESS = "own_address", _("It was sent from an address of ours.")
    UNREADABLE = "unreadable", _("The mail can't be read.")
    NO_SENDER = "no_sender", _("It names no sender whom one could answer.")
    ERASED_PERSON = "erased_person", _("The sender's data was erased, but the address is still known.")
    SPAM_SENDER = "spam_sender", _("Its sender is marked as a sender of spam.")
    TOO_MANY = "too_many", _("This sender has written too many mails in one hour.")
    FAILED = "failed", _("Something went wrong when it was taken in. Try again.")


def sentence(code: str) -> str:
    """One sentence for a code, known or not."""
    return str(Reason(code).label) if code in Reason.values else str(Reason.FAILED.label)
