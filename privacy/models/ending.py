"""Persons whose rows are gone and whose keys are to follow."""

from django.db import models
from django.utils import timezone

from privacy.governance import Closed, Governed


class EndedPerson(Governed, models.Model):
    """Written with the removal of a person's row, taken away when the vault has destroyed their key.

    The vault is another database: a kill between the two leaves this, and nobody has to guess whose key is spare.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    ended_at = models.DateTimeField(default=timezone.now)

    governed_by = Closed("a note of the software to itself")

    def __str__(self) -> str:
        return str(self.id)
