"""Accounts on Twitter/X that people write to, and how far each has been read."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy import actor
from privacy.declaration import INSTALLATION, NotPersonal, Secret
from privacy.governance import Setup
from privacy.models import Record
from privacy.vault.fields import SealedCharField
from tickets.models.department import Department
from tickets.models.mailbox import CHANNELS


class TwitterAccount(Record):
    """An account of a department on Twitter/X, with the keys that its developer portal gives out."""

    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="twitter_accounts"
    )
    name = models.CharField(_("name"), max_length=80)
    handle = models.CharField(_("@name"), max_length=30, blank=True, editable=False)
    user_id = models.CharField(max_length=20, blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    api_key = SealedCharField(_("API key"), max_length=200, blank=True)
    api_secret = SealedCharField(_("API key secret"), max_length=200, blank=True)
    access_token = SealedCharField(_("access token"), max_length=200, blank=True)
    access_token_secret = SealedCharField(_("access token secret"), max_length=200, blank=True)

    governed_by = Setup(manage=CHANNELS, see=CHANNELS)
    data_subject = INSTALLATION
    personal_data = [
        NotPersonal("name", "the name of an account of the organisation"),
        NotPersonal("handle", "the organisation's own name on Twitter/X"),
        NotPersonal("user_id", "the organisation's own number on Twitter/X"),
        Secret("api_key"),
        Secret("api_secret"),
        Secret("access_token"),
        Secret("access_token_secret"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("Twitter/X account")
        verbose_name_plural = _("Twitter/X accounts")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})" if self.handle else self.name


class TwitterState(models.Model):
    """How far an account was read, and how that went: written at every poll, therefore without history."""

    account = models.OneToOneField(
        TwitterAccount, primary_key=True, on_delete=models.CASCADE, related_name="state"
    )
    last_mention = models.CharField(max_length=20, blank=True)
    last_direct = models.CharField(max_length=20, blank=True)
    waits_until = models.DateTimeField(null=True)
    last_polled_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_error_code = models.CharField(max_length=40, blank=True)

    personal_data = [
        NotPersonal("last_mention", "the number of a public post"),
        NotPersonal("last_direct", "the number of a direct message"),
        NotPersonal("last_error_code", "a code of ours; the sentence is looked up"),
    ]

    def __str__(self) -> str:
        return f"state of Twitter/X account {self.pk}"

    def reached(self, reference: Any) -> None:
        """This one is taken in: the next poll begins behind it."""
        name = "last_mention" if reference.is_public else "last_direct"
        setattr(self, name, reference.number)
        self.save(update_fields=[name])

    def note(self, problem: Any) -> None:
        """How the poll went; None is well."""
        self.last_polled_at = actor.now()
        if problem is None:
            self.last_success_at, self.last_error_code, self.waits_until = self.last_polled_at, "", None
        else:
            self.last_error_code, self.waits_until = problem.problem, problem.retry_at
        self.save()
