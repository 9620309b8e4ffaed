"""Secrets in links and codes: random, hashed at rest, expiring, for one purpose."""

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared
from privacy.vault.blind import mac


class TokenPurpose(models.TextChoices):
    """What a token is good for, and nothing else."""

    SIGN_IN = "sign_in", _("signing in to the portal")
    SIGN_IN_CODE = "sign_in_code", _("signing in to the portal with a code")
    TICKET = "ticket", _("opening one ticket")
    INVITATION = "invitation", _("taking up an account")
    RECEIPT = "receipt", _("reading the receipt of an erasure")
    REQUEST = "request", _("confirming a request about one's data")
    ADDRESS = "address", _("confirming another e-mail address")
    CONSENT = "consent", _("deciding about one's consents")


class Token(models.Model):
    """A token handed out. The secret itself isn't stored."""

    MAX_FAILURES = 5

    digest = models.BinaryField(primary_key=True, max_length=32)
    purpose = models.CharField(max_length=20, choices=TokenPurpose.choices)
    subject_id = models.UUIDField(db_index=True)
    target_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    data_subject: ClassVar[str] = "subject_id"
    personal_data: ClassVar[list[Declared]] = []
    goes_with = ("subject_id", "target_id")

    class Meta:
        verbose_name = _("link or code from a mail")
        verbose_name_plural = _("links and codes from mails")

    def __str__(self) -> str:
        return self.purpose

    @classmethod
    def issue(
        cls, purpose: TokenPurpose, subject_id: UUID, *, lifetime: timedelta, target_id: UUID | None = None
    ) -> str:
        """A new secret of 256 bits for this person and purpose."""
        secret = secrets.token_urlsafe(32)
        cls._keep(_digest(secret), purpose, subject_id, lifetime, target_id)
        return secret

    @classmethod
    def issue_code(
        cls, purpose: TokenPurpose, subject_id: UUID, *, lifetime: timedelta, target_id: UUID | None = None
    ) -> str:
        """A code of eight digits, good together with the person only, and for few tries; older ones end."""
        cls.objects.filter(purpose=purpose, subject_id=subject_id, used_at=None).delete()
        code = f"{secrets.randbelow(10**8):08}"
        cls._keep(_code_digest(code, subject_id), purpose, subject_id, lifetime, target_id)
        return code

    @classmethod
    def redeem(cls, purpose: TokenPurpose, secret: str, *, consume: bool = True) -> "Token | None":
        """The living token behind a secret, or None. Consuming it is atomic: it works once."""
        return cls._take(cls.objects.filter(digest=_digest(secret), purpose=purpose), consume)

    @classmethod
    def redeem_code(cls, purpose: TokenPurpose, subject_id: UUID, code: str) -> "Token | None":
        """As ``redeem`` for a code; a wrong one counts, and after five the code is dead."""
        open_ones = cls.objects.filter(purpose=purpose, subject_id=subject_id, failures__lt=cls.MAX_FAILURES)
        taken = cls._take(open_ones.filter(digest=_code_digest(code, subject_id)), consume=True)
        if taken is None:
            open_ones.update(failures=F("failures") + 1)
        return taken

    @classmethod
    def _keep(
        cls,
        digest: bytes,
        purpose: TokenPurpose,
        subject_id: UUID,
        lifetime: timedelta,
        target_id: UUID | None,
    ) -> None:
        cls.objects.create(
            digest=digest,
            purpose=purpose,
            subject_id=subject_id,
            target_id=target_id,
            expires_at=timezone.now() + lifetime,
        )

    @classmethod
    def _take(cls, tokens: "models.QuerySet[Token]", consume: bool) -> "Token | None":
        with transaction.atomic():
            token = tokens.select_for_update().filter(used_at=None, expires_at__gt=timezone.now()).first()
            if token is not None and consume:
                token.used_at = timezone.now()
                token.save(update_fields=["used_at"])
        return token


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _code_digest(code: str, subject_id: UUID) -> bytes:
    """Eight digits can be guessed from a plain hash; under the index key they can't."""
    return mac("privacy.token.code", f"{subject_id}:{code}", length=32)
