"""The words of data protection that declarations are made of."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    """What kind of personal data a field holds."""

    IDENTITY = "identity", _("Identity")
    CONTACT = "contact", _("Ways to reach the person")
    CONTENT = "content", _("What the person and we wrote")
    CREDENTIAL = "credential", _("Credentials")
    PREFERENCE = "preference", _("Preferences")
    TECHNICAL = "technical", _("Technical data")


class Purpose(TextChoices):
    """Why it is processed (Art. 5 (1) b GDPR)."""

    SUPPORT = "support", _("Answering requests")
    ACCOUNT = "account", _("Running accounts of staff")
    SECURITY = "security", _("Protecting the service")
    CONSENT = "consent", _("Proving what people agreed to")


class LawfulBasis(TextChoices):
    """On what ground (Art. 6 (1) GDPR)."""

    CONSENT = "consent", _("Consent (Art. 6 (1) a)")
    CONTRACT = "contract", _("Contract (Art. 6 (1) b)")
    LEGAL_OBLIGATION = "legal_obligation", _("Legal obligation (Art. 6 (1) c)")
    VITAL_INTERESTS = "vital_interests", _("Vital interests (Art. 6 (1) d)")
    PUBLIC_TASK = "public_task", _("Public task (Art. 6 (1) e)")
    LEGITIMATE_INTERESTS = "legitimate_interests", _("Legitimate interests (Art. 6 (1) f)")


class OnErase(TextChoices):
    """What becomes of it when the person is erased (Art. 17 GDPR)."""

    SHRED = "shred", _("Made unreadable by destroying its key")
    CLEAR = "clear", _("Emptied")
    DELETE_ROW = "delete_row", _("Deleted with its row")
    KEEP = "keep", _("Kept")


class Via(TextChoices):
    """Through which door a change came."""

    DESK = "desk", _("desk")
    PORTAL = "portal", _("portal")
    ADMIN = "admin", _("admin")
    MAIL = "mail", _("mail")
    API = "api", _("API")
    TASK = "task", _("background job")
    COMMAND = "command", _("command line")


class ActorKind(TextChoices):
    """Who made a change."""

    STAFF = "staff", _("staff")
    CUSTOMER = "customer", _("customer")
    SYSTEM = "system", _("system")


class Act(TextChoices):
    """What can be done to a record."""

    VIEW = "view", _("view")
    CREATE = "create", _("create")
    UPDATE = "update", _("change")
    DELETE = "delete", _("delete")


class ProfileKind(TextChoices):
    """The profiles that every installation starts with, and those made from them."""

    ADMINISTRATOR = "administrator", _("Support Administrator")
    AGENT = "agent", _("Agent")
    LIGHT = "light", _("Light Agent")
    NEWBIE = "newbie", _("Newbie Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Support Manager")
    CUSTOM = "custom", _("own")


FIXED = (ProfileKind.ADMINISTRATOR, ProfileKind.AGENT, ProfileKind.LIGHT)


class Level(TextChoices):
    """How far the records of a module are shared by themselves."""

    PRIVATE = "private", _("Private")
    PUBLIC_READ = "public_read", _("Public, read only")
    PUBLIC_ALL = "public_all", _("Public, read, change and delete")


class FieldRight(TextChoices):
    """What a profile may do with a field."""

    WRITE = "write", _("read and write")
    READ = "read", _("read only")
    MASKED = "masked", _("masked, shown for a reason")
    HIDDEN = "hidden", _("don't show")


class Decision(TextChoices):
    """What somebody said to a consent that they were asked for."""

    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    PENDING = "pending", _("to be confirmed")


class Standing(TextChoices):
    """Where a person stands with a purpose now: what they last said, or why that no longer counts."""

    NEVER = "never", _("not asked yet")
    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    PENDING = "pending", _("to be confirmed")
    EXPIRED = "expired", _("expired")
    OUTDATED = "outdated", _("given to earlier words")


class FieldType(TextChoices):
    """What a custom field holds."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    DECIMAL = "decimal", _("Decimal number")
    DAY = "day", _("Date")
    MOMENT = "moment", _("Date and time")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")
    URL = "url", _("Web address")
    CHOICE = "choice", _("Choice")
    CHOICES = "choices", _("Multiple choice")
    YES_NO = "yes_no", _("Yes or no")


class PortalUse(TextChoices):
    """What customers do with a custom field in the portal."""

    NONE = "none", _("don't see it")
    READ = "read", _("see it")
    WRITE = "write", _("see it and fill it in")
