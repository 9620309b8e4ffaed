"""Sessions, and what staff see of theirs: from which browser, out of which network, since when."""

from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy import actor
from privacy.declaration import Declared, NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, OnErase, Purpose, SignInWay
from privacy.governance import Closed, Own
from privacy.models.base import SealedRow
from privacy.vault.fields import SealedCharField


class Session(AbstractBaseSession):
    """A browser's session. Its key lies hashed: whoever reads the table takes nobody's place."""

    user_id = models.UUIDField(null=True, db_index=True)
    person_id = models.UUIDField(null=True, db_index=True)
    visit_id = models.UUIDField(null=True, db_index=True)

    goes_with = ("user_id", "person_id")

    governed_by = Closed("the middleware reads it; staff see their visits")
    personal_data: ClassVar[list[Declared]] = [
        NotPersonal("session_key", "a hash of a random key"),
        NotPersonal("session_data", "ids, moments and flags only; a test looks into it"),
    ]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore


class Visit(SealedRow):
    """A sign-in of staff. It is open as long as its session is there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    browser = models.BinaryField(max_length=16)
    device = SealedCharField(_("device"), max_length=120, blank=True)
    network = SealedCharField(_("network"), max_length=60, blank=True)
    way = models.CharField(max_length=10, choices=SignInWay.choices, default=SignInWay.PASSWORD)
    seen_at = models.DateTimeField(_("last seen"), default=actor.now)
    notice_due = models.BooleanField(default=False)

    governed_by = Own("user")
    data_subject = "user"
    personal_data = [
        Personal(
            name,
            Category.TECHNICAL,
            Purpose.SECURITY,
            LawfulBasis.LEGITIMATE_INTERESTS,
            on_erase=OnErase.DELETE_ROW,
        )
        for name in ("device", "network")
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [
            models.Index(fields=["user", "browser"], name="visit_of_browser"),
            models.Index(fields=["seen_at"], name="visit_seen"),
            models.Index(fields=["id"], condition=models.Q(notice_due=True), name="visit_notice_due"),
        ]
