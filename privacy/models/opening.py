"""Openings: who of the staff opened whose data, when, how. And alarms about who opened unusually much."""

from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared, NotPersonal
from privacy.enums import Via
from privacy.governance import Governed, Setup
from privacy.models.audit import AUDIT_LOG, NEWEST


class How(models.TextChoices):
    """In which way data was opened."""

    OPENED = "opened", _("opened")
    DOWNLOADED = "downloaded", _("downloaded")
    REVEALED = "revealed", _("revealed")
    EXPORTED = "exported", _("exported")
    FOUND = "found", _("found in a search")


class Opening(Governed, models.Model):
    """Somebody looked at a record about a person; within some minutes, the same look counts once.

    ``reason_id`` names the row that holds the reason, where one was asked.
    """

    id = models.BigAutoField(primary_key=True)
    moment = models.DateTimeField(_("when"))
    viewer_id = models.UUIDField(_("who"))
    via = models.CharField(_("door"), max_length=10, choices=Via.choices)
    how = models.CharField(_("how"), max_length=10, choices=How.choices)
    subject_id = models.UUIDField(_("person concerned"))
    model = models.CharField(_("module"), max_length=60)
    object_id = models.UUIDField(_("record"))
    reason_id = models.UUIDField(null=True)

    governed_by = Setup(manage=AUDIT_LOG, see=AUDIT_LOG)
    personal_data: ClassVar[list[Declared]] = [NotPersonal("model", "the label of a model")]

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        indexes = [
            models.Index(*NEWEST, name="opening_newest"),
            models.Index("subject_id", *NEWEST, name="opening_by_subject"),
            models.Index("viewer_id", *NEWEST, name="opening_by_viewer"),
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.model} {self.object_id}"


class OpeningAlarm(Governed, models.Model):
    """Within a day, somebody opened the data of more people than is usual."""

    id = models.BigAutoField(primary_key=True)
    moment = models.DateTimeField(_("when"))
    viewer_id = models.UUIDField(_("who"))
    people = models.PositiveIntegerField(_("people"))

    governed_by = Setup(manage=AUDIT_LOG, see=AUDIT_LOG)
    personal_data: ClassVar[list[Declared]] = []

    class Meta:
        verbose_name = _("alarm about openings")
        verbose_name_plural = _("alarms about openings")
        indexes = [models.Index("viewer_id", F("moment").desc(), name="alarm_by_viewer")]

    def __str__(self) -> str:
        return f"alarm {self.pk}"
