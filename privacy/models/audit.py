"""The audit: who did what to which record. Insert-only; sealed in batches that the database lets nobody change."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import Declared, NotPersonal
from privacy.enums import ActorKind, Cause, Deed, Via
from privacy.governance import Closed, Governed, Setup

AUDIT_LOG = "audit_log"
NEWEST = (F("moment").desc(), F("id").desc())
COMMON = (Deed.CREATE, Deed.UPDATE)


class AuditEvent(Governed, models.Model):
    """One thing that was done. Names of fields, never values: those lie in history, sealed.

    ``moment`` is when it happened (as told, for what is imported); the order of ids is the order of writing.
    """

    id = models.BigAutoField(primary_key=True)
    moment = models.DateTimeField(_("when"))
    actor_kind = models.CharField(_("kind of person"), max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField(_("who"), null=True)
    via = models.CharField(_("door"), max_length=10, choices=Via.choices)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    cause_id = models.UUIDField(null=True)
    act = models.CharField(_("what was done"), max_length=15, choices=Deed.choices)
    model = models.CharField(_("module"), max_length=60, blank=True)
    object_id = models.UUIDField(_("record"), null=True)
    subject_id = models.UUIDField(_("person concerned"), null=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    history_id = models.IntegerField(null=True)

    governed_by = Setup(manage=AUDIT_LOG, see=AUDIT_LOG)
    personal_data: ClassVar[list[Declared]] = [
        NotPersonal("model", "the label of a model"),
        NotPersonal("fields", "names of fields"),
    ]

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(*NEWEST, name="audit_newest"),
            models.Index("object_id", *NEWEST, name="audit_by_record"),
            models.Index("actor_id", *NEWEST, condition=Q(actor_id__isnull=False), name="audit_by_actor"),
            models.Index("model", *NEWEST, name="audit_by_model"),
            models.Index(
                "subject_id", *NEWEST, condition=Q(subject_id__isnull=False), name="audit_by_subject"
            ),
            models.Index("act", *NEWEST, condition=~Q(act__in=COMMON), name="audit_by_act"),
            GinIndex(fields=["fields"], condition=Q(act=Deed.UPDATE), name="audit_by_field"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.model} {self.id}"


class AuditBatch(Governed, models.Model):
    """Events sealed together: the root of their Merkle tree, chained to the batch before.

    ``seal`` is keyed (PRIVACY_SEAL_KEY) and covers all that stands here and the seal before. ``index`` only helps
    to say *which* event was touched. A retired batch has lost its events to retention; its seal stays in the chain.
    """

    number = models.BigIntegerField(primary_key=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    events = models.IntegerField()
    root = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()
    index = models.BinaryField(null=True)
    retired_at = models.DateTimeField(null=True)
    retirement = models.BinaryField(max_length=32, null=True)

    governed_by = Closed("seals are checked by the software; the audit page shows what it found")
    personal_data: ClassVar[list[Declared]] = []

    class Meta:
        verbose_name = _("sealed batch of the audit")
        verbose_name_plural = _("sealed batches of the audit")

    def __str__(self) -> str:
        return f"batch {self.number}"
