"""What staff prove themselves with besides a password: app, passkeys, recovery codes, the company's sign-in."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared, Personal, Secret
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.governance import Own
from privacy.models.base import SealedRow
from privacy.vault.blind import BlindIndex
from privacy.vault.fields import SealedCharField, SealedTextField


def as_it_is(value: str) -> str:
    """Random identifiers need no normalising."""
    return value


class OwnFactor(SealedRow):
    """Base of what belongs to one account; it is deleted, not binned: what is taken off lets nobody in again."""

    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    governed_by = Own("user")
    data_subject = "user"

    class Meta(SealedRow.Meta):
        abstract = True


class Authenticator(OwnFactor):
    """An app that shows codes (TOTP). Until a first code was typed it isn't confirmed, and opens nothing."""

    secret = SealedCharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # of the last code taken: none is taken twice

    personal_data: ClassVar[list[Declared]] = [Secret("secret")]

    class Meta(OwnFactor.Meta):
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=False), name="one_authenticator_each"
            )
        ]


class RecoveryCode(OwnFactor):
    """A code on paper, for the day on which everything else is lost; good once."""

    digest = models.BinaryField(max_length=32, unique=True)
    used_at = models.DateTimeField(null=True)

    personal_data: ClassVar[list[Declared]] = []

    class Meta(OwnFactor.Meta):
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")


class KeyPair(SealedRow):
    """Base of passkeys: the public half of a key pair whose other half stays in somebody's device."""

    credential = SealedCharField(
        max_length=1400, index=BlindIndex("privacy.passkey.credential", as_it_is), unique=True
    )
    public_key = SealedTextField()
    sign_count = models.BigIntegerField(default=0)
    label = SealedCharField(_("name"), max_length=60)
    used_at = models.DateTimeField(_("last used"), null=True)

    personal_data: ClassVar[list[Declared]] = [
        Secret("credential"),
        Secret("public_key"),
        Personal(
            "label",
            Category.TECHNICAL,
            Purpose.SECURITY,
            LawfulBasis.LEGITIMATE_INTERESTS,
            on_erase=OnErase.DELETE_ROW,
        ),
    ]

    class Meta(SealedRow.Meta):
        abstract = True


class Passkey(KeyPair, OwnFactor):
    """A passkey of a member of staff."""

    class Meta(OwnFactor.Meta):
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ["created_at", "id"]


class CompanyIdentity(OwnFactor):
    """Who somebody is at the company's sign-in (OpenID Connect), once they came from there."""

    digest = models.BinaryField(max_length=32, unique=True)

    personal_data: ClassVar[list[Declared]] = []

    class Meta(OwnFactor.Meta):
        verbose_name = _("identity at the company's sign-in")
        verbose_name_plural = _("identities at the company's sign-in")
