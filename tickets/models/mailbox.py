"""Mailboxes: where a department's mail is fetched and sent from."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import INSTALLATION, NotPersonal, Secret
from privacy.enums import ProfileKind
from privacy.governance import Right, Setup
from privacy.models import Record, among_living
from privacy.vault.fields import SealedCharField, SealedTextField
from tickets.enums import AfterImport, MailAuth, Security
from tickets.models.department import Department

CHANNELS = "manage_channels"
PORT = [MinValueValidator(1), MaxValueValidator(65535)]


class Mailbox(Record):
    """An address of a department: an IMAP folder to fetch from and an SMTP server to send through."""

    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="mailboxes"
    )
    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("e-mail address"))
    from_name = models.CharField(_("sender's name"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    imap_host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993, validators=PORT)
    imap_security = models.CharField(
        _("IMAP encryption"), max_length=10, choices=Security.choices, default=Security.TLS
    )
    imap_username = models.CharField(_("IMAP user name"), max_length=254, blank=True)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    after_import = models.CharField(
        _("after import"), max_length=10, choices=AfterImport.choices, default=AfterImport.MARK_SEEN
    )
    move_to = models.CharField(_("move to folder"), max_length=200, blank=True)

    smtp_host = models.CharField(_("SMTP server"), max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=465, validators=PORT)
    smtp_security = models.CharField(
        _("SMTP encryption"), max_length=10, choices=Security.choices, default=Security.TLS
    )
    smtp_username = models.CharField(_("SMTP user name"), max_length=254, blank=True)

    auth = models.CharField(_("sign-in"), max_length=10, choices=MailAuth.choices, default=MailAuth.PASSWORD)
    password = SealedCharField(_("password"), max_length=500, blank=True)
    smtp_password = SealedCharField(_("SMTP password, if another"), max_length=500, blank=True)
    oauth_token_url = models.URLField(_("OAuth2 token address"), blank=True)
    oauth_client_id = models.CharField(_("OAuth2 client id"), max_length=200, blank=True)
    oauth_client_secret = SealedCharField(_("OAuth2 client secret"), max_length=500, blank=True)
    oauth_refresh_token = SealedTextField(_("OAuth2 refresh token"), blank=True)

    use_plus_addressing = models.BooleanField(_("the server delivers name+token@ too"), default=False)
    sends_confirmation = models.BooleanField(_("confirms new tickets"), default=True)

    governed_by = Setup(
        manage=CHANNELS,
        see=CHANNELS,
        rights=(
            Right(
                CHANNELS,
                _("Manage channels"),
                frozenset({ProfileKind.MANAGER}),
                about=_("Connect mailboxes, and decide about mail that nobody understood."),
            ),
        ),
    )
    data_subject = INSTALLATION
    personal_data = [
        NotPersonal("name", "the name of a mailbox"),
        NotPersonal("address", "an address of the organisation itself"),
        NotPersonal("from_name", "the organisation's or department's name"),
        NotPersonal("imap_host", "a server"),
        NotPersonal("imap_username", "the organisation's account"),
        NotPersonal("folder", "a folder"),
        NotPersonal("move_to", "a folder"),
        NotPersonal("smtp_host", "a server"),
        NotPersonal("smtp_username", "the organisation's account"),
        NotPersonal("oauth_token_url", "a server"),
        NotPersonal("oauth_client_id", "names this installation"),
        Secret("password"),
        Secret("smtp_password"),
        Secret("oauth_client_secret"),
        Secret("oauth_refresh_token"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name"]
        constraints = [
            among_living(
                "address", "mailbox_address_once", _("There is a mailbox with this address already.")
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"


class MailboxState(models.Model):
    """How the last fetch went: written at every poll, therefore without history."""

    mailbox = models.OneToOneField(Mailbox, primary_key=True, on_delete=models.CASCADE, related_name="state")
    last_polled_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_error_at = models.DateTimeField(null=True)
    last_error_code = models.CharField(max_length=40, blank=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)

    personal_data = [NotPersonal("last_error_code", "a code of ours; the sentence is looked up")]

    def __str__(self) -> str:
        return f"state of mailbox {self.pk}"
