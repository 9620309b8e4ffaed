"""What the vault's database holds: wrapped data keys, a sentinel per key-encryption key, the ledger of erasures."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal

KEK_NAME = NotPersonal("kek_id", "the name of a key-encryption key")


class SubjectKey(models.Model):
    """A data key of one person (data subject). A destroyed key stays as a tombstone: no new one is minted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    is_current = models.BooleanField(default=True)
    kek_id = models.CharField(max_length=64, db_index=True)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    personal_data = [KEK_NAME]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"],
                condition=models.Q(is_current=True),
                name="one_current_key_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False) | models.Q(destroyed_at__isnull=False),
                name="key_is_wrapped_or_destroyed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Sentinel(models.Model):
    """A known text wrapped by a KEK: shows at start-up whether the KEK configured is the one used before."""

    kek_id = models.CharField(max_length=64, primary_key=True)
    key_id = models.UUIDField(default=uuid.uuid4)
    wrapped = models.BinaryField()

    personal_data = [KEK_NAME]

    def __str__(self) -> str:
        return self.kek_id


class Farewell(models.TextChoices):
    """What became of the receipt that an erased person gets."""

    WAITING = "waiting", _("not sent yet")
    SENT = "sent", _("sent")
    NO_ADDRESS = "no_address", _("there was no address to send it to")
    FAILED = "failed", _("could not be delivered")
    NONE = "none", _("not wanted")


class Erasure(models.Model):
    """An entry of the ledger of erasures. It lies beside the keys, so that a restored backup finds it here.

    Uuids, counts, times and codes: nothing in it says who the person was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(unique=True)
    model = models.CharField(max_length=100)
    by_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    farewell = models.CharField(max_length=10, choices=Farewell.choices, default=Farewell.WAITING)
    started_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    personal_data = [
        NotPersonal("model", "the kind of record, such as contacts.contact"),
        NotPersonal("counts", "numbers by kind of record"),
    ]

    class Meta:
        indexes = [
            models.Index(
                fields=["started_at"], condition=models.Q(finished_at__isnull=True), name="erasure_unfinished"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
