"""A look through other people's tickets for one person: how far it has come, and where they are named. Ids only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared
from privacy.models import DataRequest, SealedRow
from privacy.models.hold import GOVERNED
from tickets.models.message import Message


class BystanderScan(SealedRow):
    """Looks for all that a person is known by; what that is, is read from their records, and kept nowhere else.

    ``stage`` and ``cursor`` say where it goes on: which kind of record, and after which row.
    """

    request = models.ForeignKey(DataRequest, on_delete=models.CASCADE, related_name="bystander_scans")
    subject_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    stage = models.PositiveSmallIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    looked = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    governed_by = GOVERNED
    data_subject = "subject_id"
    hidden_from_subject = models.Q(pk__isnull=False)
    personal_data: ClassVar[list[Declared]] = []

    class Meta(SealedRow.Meta):
        verbose_name = _("look for a person in other people’s tickets")
        verbose_name_plural = _("looks for people in other people’s tickets")
        indexes = [
            models.Index("created_at", condition=models.Q(finished_at=None), name="bystanders_unfinished")
        ]

    @property
    def percent(self) -> int:
        return min(100, 100 * self.looked // self.total) if self.total else 0


class Bystander(SealedRow):
    """In this message, its ticket's subject, its files of text or their names, the person is named."""

    scan = models.ForeignKey(BystanderScan, on_delete=models.CASCADE, related_name="found")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    places = models.PositiveIntegerField(_("places"))

    governed_by = GOVERNED
    data_subject = "scan.subject_id"
    hidden_from_subject = models.Q(pk__isnull=False)
    personal_data: ClassVar[list[Declared]] = []

    class Meta(SealedRow.Meta):
        verbose_name = _("mention of a person in another one’s ticket")
        verbose_name_plural = _("mentions of people in other people’s tickets")
        constraints = [models.UniqueConstraint(fields=["scan", "message"], name="named_once_in_a_message")]
