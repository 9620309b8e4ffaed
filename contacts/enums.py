"""The words of contacts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IdentityKind(TextChoices):
    """What somebody can be reached by and recognised from."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    HANDLE = "handle", _("Twitter/X")


class BounceReason(TextChoices):
    """Why mail to an address came back."""

    NO_SUCH_ADDRESS = "no_such_address", _("the address does not exist")
    MAILBOX_FULL = "mailbox_full", _("the mailbox is full")
    REFUSED = "refused", _("the other server refused it")
    OTHER = "other", _("another reason")
