"""Revelations: who opened which masked value, and for what reason. Written once, never changed."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, Purpose
from privacy.governance import Setup
from privacy.models.audit import AUDIT_LOG
from privacy.models.base import SealedRow, UnauditedWrite
from privacy.vault.fields import SealedTextField


class Revelation(SealedRow):
    """A masked value was shown to ``by``; the value itself is not kept. The reason is sealed under their key."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="revelations"
    )
    model = models.CharField(_("kind of record"), max_length=60)
    row_id = models.UUIDField(_("record"))
    field = models.CharField(_("field"), max_length=60)
    subject_id = models.UUIDField(_("person concerned"), db_index=True)
    reason = SealedTextField(_("reason"))

    governed_by = Setup(manage=AUDIT_LOG, see=AUDIT_LOG)
    data_subject = "by"
    personal_data: ClassVar = [
        NotPersonal("model", "the label of a model"),
        NotPersonal("field", "the name of a field"),
        Personal("reason", Category.CONTENT, Purpose.SECURITY, LawfulBasis.LEGITIMATE_INTERESTS),
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("revelation of a masked value")
        verbose_name_plural = _("revelations of masked values")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once."""
        if not self._state.adding:
            raise UnauditedWrite("A revelation is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise UnauditedWrite("A revelation is never deleted one by one.")
