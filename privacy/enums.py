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
    RIGHTS = "rights", _("Answering requests about personal data")
    CONSENT = "consent", _("Proving what people agreed to")

    @classmethod
    def words(cls, key: str) -> str:
        """The words for a purpose of ours; a key that isn't one stands for itself."""
        return str(cls(key).label) if key in cls.values else key


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


class Cause(TextChoices):
    """What made a change happen."""

    PERSON = "person", _("a person")
    RULE = "rule", _("a rule")
    MAIL = "mail", _("an e-mail")
    IMPORT = "import", _("an import")
    API = "api", _("the API")
    TIMETABLE = "timetable", _("the timetable")
    COMMAND = "command", _("a command")


class Deed(TextChoices):
    """What an audit event says was done."""

    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")
    RESTORE = "restore", _("restored")
    MERGE = "merge", _("merged")
    PURGE = "purge", _("removed for good")
    ERASE = "erase", _("erased")
    RESTRICT = "restrict", _("restricted")
    EXPORT = "export", _("exported")
    REVEAL = "reveal", _("revealed")
    REDACT = "redact", _("blacked out")
    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    SIGN_OUT = "sign_out", _("signed out")
    CREDENTIAL = "credential", _("changed a credential")
    MEMBERSHIP = "membership", _("changed a group")
    SETTING = "setting", _("changed a setting")
    KEY = "key", _("used a key")
    AUDIT = "audit", _("looked after the audit")


class BinReason(TextChoices):
    """Why something was deleted, where that says more than that somebody wanted it."""

    NONE = "", _("no longer needed")
    SPAM = "spam", _("spam")
    TERM = "term", _("its time was over")


class Credential(TextChoices):
    """What lets somebody in."""

    PASSWORD = "password", _("password")
    APP = "app", _("authenticator app")
    PASSKEY = "passkey", _("passkey")
    RECOVERY = "recovery_codes", _("recovery codes")
    FACTORS = "second_factors", _("all second factors")


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


class SignInWay(TextChoices):
    """With what somebody signed in."""

    PASSWORD = "password", _("password")
    APP = "app", _("password and app")
    KEY = "key", _("password and passkey")
    RECOVERY = "recovery", _("password and recovery code")
    PASSKEY = "passkey", _("passkey")
    COMPANY = "company", _("the company's sign-in")


STRONG = (SignInWay.APP, SignInWay.KEY, SignInWay.RECOVERY, SignInWay.PASSKEY)


class AccountState(TextChoices):
    """Where an account of staff stands."""

    UNINVITED = "uninvited", _("not invited")
    INVITED = "invited", _("invited")
    EXPIRED = "expired", _("invitation expired")
    ACTIVE = "active", _("active")
    DEACTIVATED = "deactivated", _("deactivated")


class RequestKind(TextChoices):
    """What a person may ask for (Art. 15 to 21 GDPR)."""

    ACCESS = "access", _("Access to their data (Art. 15)")
    RECTIFICATION = "rectification", _("Correction (Art. 16)")
    ERASURE = "erasure", _("Erasure (Art. 17)")
    RESTRICTION = "restriction", _("Restriction (Art. 18)")
    PORTABILITY = "portability", _("Their data to take along (Art. 20)")
    OBJECTION = "objection", _("Objection (Art. 21)")


class RequestState(TextChoices):
    """How far a request has come."""

    UNCONFIRMED = "unconfirmed", _("Waits for the person's confirmation")
    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved, about to be carried out")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


UNSETTLED = (RequestState.OPEN, RequestState.APPROVED)


class Arrival(TextChoices):
    """How a request reached us."""

    PORTAL = "portal", _("Portal")
    MAIL = "mail", _("E-mail")
    PHONE = "phone", _("Phone")
    LETTER = "letter", _("Letter")
    IN_PERSON = "in_person", _("In person")


class Proof(TextChoices):
    """How we know that it is the person who asks (Art. 12 (6) GDPR)."""

    NONE = "", _("not checked yet")
    LINK = "link", _("they followed a link sent to their address")
    SIGNED_IN = "signed_in", _("they were signed in to the portal")
    CALLED_BACK = "called_back", _("we called back the number we know")
    QUESTIONS = "questions", _("they knew what only they can know")
    DOCUMENT = "document", _("a document was seen (no copy kept)")
    KNOWN = "known", _("we know them in person")


class Refusal(TextChoices):
    """Why a request was not granted."""

    IDENTITY = "identity", _("we could not be sure who asks (Art. 12 (2))")
    EXCESSIVE = "excessive", _("manifestly unfounded or excessive (Art. 12 (5))")
    DUTY = "duty", _("a legal duty to keep the data (Art. 17 (3) b)")
    CLAIMS = "claims", _("legal claims (Art. 17 (3) e)")
    OTHERS = "others", _("the rights of others (Art. 15 (4))")
    INACCURATE = "inaccurate", _("what is kept is correct (Art. 16)")
    OVERRIDING = "overriding", _("compelling legitimate grounds (Art. 21 (1))")


class RestrictionGround(TextChoices):
    """Why data is restricted (Art. 18 (1) GDPR)."""

    CONTESTED = "contested", _("the person contests that it is correct (a)")
    UNLAWFUL = "unlawful", _("the processing is unlawful, but the person doesn't want it erased (b)")
    CLAIMS = "claims", _("the person needs it for legal claims (c)")
    OBJECTED = "objected", _("the person objected, and it isn't decided yet (d)")


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


class Place(TextChoices):
    """In which part of the world a recipient is, as far as the law cares (Art. 44 to 49 GDPR)."""

    OWN = "own", _("our own, or on this machine")
    UNION = "union", _("EU or EEA")
    ADEQUATE = "adequate", _("a country with adequate protection (Art. 45)")
    ELSEWHERE = "elsewhere", _("another country")


class Safeguard(TextChoices):
    """What protects data that goes to a country outside the Union."""

    NONE = "", _("none")
    CLAUSES = "clauses", _("standard contractual clauses (Art. 46 (2) c)")
    RULES = "rules", _("binding corporate rules (Art. 47)")
    CONSENT = "consent", _("the person’s explicit consent (Art. 49 (1) a)")
    CONTRACT = "contract", _("needed for a contract with the person (Art. 49 (1) b)")


class BreachScope(TextChoices):
    """By what the people are found whom a breach concerns."""

    ACCOUNT = "account", _("everybody whose data an account opened in the time")
    RECORDS = "records", _("everybody of whom there are records of some kinds")
    NOBODY = "nobody", _("nobody, as far as we know")


class BreachState(TextChoices):
    """How far a breach has come."""

    OPEN = "open", _("open")
    NOTIFIED = "notified", _("authority told")
    CLOSED = "closed", _("closed")


class Risk(TextChoices):
    """How much people's rights and freedoms are at risk (Art. 33 (1), 34 (1) GDPR)."""

    UNKNOWN = "unknown", _("not assessed yet")
    NONE = "none", _("unlikely: nobody has to be told")
    SOME = "some", _("a risk: the authority has to be told")
    HIGH = "high", _("a high risk: the persons have to be told, too")


class SpotKind(TextChoices):
    """What was found in a text that is probably better blacked out."""

    CARD = "card", _("Card number")
    IBAN = "iban", _("IBAN")
    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail address")
