"""What lies in the recycle bin: one entry a deletion, whatever went along with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy import actor
from privacy.declaration import NotPersonal
from privacy.enums import BinReason
from privacy.governance import Closed, Governed
from privacy.models.base import new_id


class Binned(Governed, models.Model):
    """A deleted record. All rows that went with it bear the same moment (``deleted_at``): so they come back together.

    Who sees an entry, and its name, follows from the record (``privacy.binning.entries``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.CharField(max_length=80)
    record_id = models.UUIDField()
    module = models.CharField(max_length=40, db_index=True)
    binned_at = models.DateTimeField(_("deleted"), default=actor.now)
    binned_by = models.UUIDField(null=True)
    act = models.UUIDField(null=True, db_index=True)  # shared by what was deleted in one act
    reason = models.CharField(_("why"), max_length=10, choices=BinReason.choices, blank=True)

    governed_by = Closed("seen through the record that it names")
    personal_data = [
        NotPersonal("model", "the label of a model"),
        NotPersonal("module", "the code of a module"),
        NotPersonal("reason", "a code of ours"),
    ]
    goes_with = ("record_id",)

    class Meta:
        verbose_name = _("entry of the recycle bin")
        verbose_name_plural = _("entries of the recycle bin")
        indexes = [models.Index(fields=["-binned_at", "-id"], name="binned_newest")]
        constraints = [models.UniqueConstraint(fields=["model", "record_id"], name="binned_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.record_id}"
