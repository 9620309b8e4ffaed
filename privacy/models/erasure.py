"""What the data remembers of erasures: which of the ledger's entries have been carried out in it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from privacy.declaration import Declared


class ErasureMark(models.Model):
    """An entry of the ledger (which lies in the vault) that was carried out here. A restored backup lacks it."""

    erasure_id = models.UUIDField(primary_key=True)
    carried_out_at = models.DateTimeField(default=timezone.now)

    personal_data: ClassVar[list[Declared]] = []

    def __str__(self) -> str:
        return str(self.erasure_id)
