"""The words of tickets."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a ticket stands."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Waiting for customer")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


ACTIVE = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
WORKABLE = (Status.NEW, Status.OPEN)
DONE = (Status.RESOLVED, Status.CLOSED)


class Priority(IntegerChoices):
    """How much it presses."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class Channel(TextChoices):
    """The way a ticket or message came."""

    EMAIL = "email", _("E-mail")
    WEB = "web", _("Form")
    PORTAL = "portal", _("Portal")
    DESK = "desk", _("Desk")
    TWITTER = "twitter", _("Twitter/X")


class MessageKind(TextChoices):
    """Who speaks to whom."""

    CUSTOMER = "customer", _("From the customer")
    AGENT = "agent", _("Answer")
    NOTE = "note", _("Internal note")


class DeliveryState(TextChoices):
    """How far an outgoing mail has come."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    HANDING_OVER = "handing_over", _("Being handed over")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Possibly sent")
    CANCELLED = "cancelled", _("Not sent")


class OutboundKind(TextChoices):
    """What an outgoing mail is for."""

    REPLY = "reply", _("Answer")
    CONFIRMATION = "confirmation", _("Confirmation")
    SIGN_IN = "sign_in", _("Sign-in link")
    ERASURE = "erasure", _("Receipt of an erasure")
    REQUEST = "request", _("Confirmation of a request about data")
    ADDRESS = "address", _("Confirmation of another address")
    CONSENT = "consent", _("Confirmation of a consent")
    LETTER = "letter", _("Letter about a request")


ABOUT_RIGHTS = (
    OutboundKind.SIGN_IN,
    OutboundKind.ERASURE,
    OutboundKind.REQUEST,
    OutboundKind.ADDRESS,
    OutboundKind.LETTER,
)


class InboundState(TextChoices):
    """What became of a mail that came in."""

    DONE = "done", _("Taken in")
    ATTENTION = "attention", _("Needs attention")
    BOUNCE = "bounce", _("Came back")
    IGNORED = "ignored", _("Ignored")
    REFUSED = "refused", _("Refused")
    DISCARDED = "discarded", _("Discarded")
    SPAM = "spam", _("Kept out as spam")


class Security(TextChoices):
    """How a connection to a mail server is protected."""

    TLS = "ssl", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    PLAIN = "plain", _("None (this machine only)")


class MailAuth(TextChoices):
    """How we sign in to a mail server."""

    PASSWORD = "password", _("Password")
    OAUTH2 = "oauth2", _("OAuth2 token")


class AfterImport(TextChoices):
    """What happens on the server to a mail that has become a ticket."""

    MARK_SEEN = "mark_seen", _("Mark as read")
    MOVE = "move", _("Move to a folder")
    DELETE = "delete", _("Delete")


class TagColour(TextChoices):
    """The colours a tag can have: names of the stylesheet."""

    GREY = "grey", _("Grey")
    TEAL = "teal", _("Teal")
    BLUE = "blue", _("Blue")
    AMBER = "amber", _("Amber")
    RED = "red", _("Red")
    GREEN = "green", _("Green")
    VIOLET = "violet", _("Violet")
