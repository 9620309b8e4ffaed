"""Proofs: what was checked or done for the protection of data, when, with which result."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared, NotPersonal
from privacy.governance import Governed, Setup
from privacy.models.audit import AUDIT_LOG


class Proved(models.TextChoices):
    """What a proof is about."""

    AUDIT = "audit", _("the audit was verified")
    BACKUP = "backup", _("a backup was made")
    RESTORE = "restore", _("a backup was restored")
    DEPENDENCIES = "dependencies", _("the libraries were checked for known weaknesses")


class Proof(Governed, models.Model):
    """One result. It says how many of what, never whose."""

    moment = models.DateTimeField(_("when"), default=timezone.now)
    about = models.CharField(_("about"), max_length=20, choices=Proved.choices)
    is_well = models.BooleanField(_("all was well"))
    figures: Any = models.JSONField(_("figures"), default=dict)

    governed_by = Setup(manage=AUDIT_LOG, see=AUDIT_LOG)
    personal_data: ClassVar[list[Declared]] = [NotPersonal("figures", "numbers by code")]

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        indexes = [models.Index("about", models.F("moment").desc(), name="proof_newest")]

    def __str__(self) -> str:
        return f"{self.about} {self.moment:%Y-%m-%d %H:%M}"
