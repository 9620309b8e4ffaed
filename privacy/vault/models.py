"""What the vault's database holds: wrapped data keys and a sentinel per key-encryption key."""

import uuid

from django.db import models
from django.utils import timezone

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
