"""Restriction (Art. 18 GDPR): stored, and nothing else. Objection (Art. 21): not for this purpose."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared, NotPersonal
from privacy.enums import Purpose, RestrictionGround
from privacy.models.base import Record
from privacy.models.hold import GOVERNED


class Restriction(Record):
    """Everything about a person is out of sight and untouched until this is lifted."""

    subject_id = models.UUIDField(db_index=True)
    ground = models.CharField(_("ground"), max_length=20, choices=RestrictionGround.choices)
    request_id = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)

    governed_by = GOVERNED
    data_subject = "subject_id"
    personal_data: ClassVar[list[Declared]] = []

    class Meta(Record.Meta):
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"],
                condition=Q(lifted_at__isnull=True, deleted_at__isnull=True),
                name="one_restriction_at_a_time",
            )
        ]


class Objection(Record):
    """A person doesn't want their data used for a purpose."""

    subject_id = models.UUIDField(db_index=True)
    purpose = models.SlugField(_("purpose"), max_length=60)
    request_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    governed_by = GOVERNED
    data_subject = "subject_id"
    personal_data: ClassVar = [NotPersonal("purpose", "the key of a purpose of processing")]

    class Meta(Record.Meta):
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "purpose"],
                condition=Q(withdrawn_at__isnull=True, deleted_at__isnull=True),
                name="one_objection_for_a_purpose",
            )
        ]

    @property
    def purpose_words(self) -> str:
        """What is objected to, in words."""
        return Purpose.words(self.purpose)
