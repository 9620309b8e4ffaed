"""Legal holds: what may not be erased or purged as long as a dispute or a duty lasts (Art. 17 (3) GDPR)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.declaration import INSTALLATION, NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, Purpose
from privacy.governance import Setup
from privacy.models.base import Record
from privacy.vault.fields import SealedTextField

DATA_REQUESTS = "data_requests"
GOVERNED = Setup(manage=DATA_REQUESTS, see=DATA_REQUESTS)


class LegalHold(Record):
    """Keeps everything about a person, or one record of theirs, until a day or until it is lifted."""

    subject_id = models.UUIDField(db_index=True)
    model = models.CharField(max_length=100, blank=True)
    record_id = models.UUIDField(null=True, blank=True)
    reason = SealedTextField(_("reason"))
    until = models.DateField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)

    governed_by = GOVERNED
    data_subject = ("subject_id", INSTALLATION)  # it isn't shown to the person as long as it stands
    personal_data: ClassVar = [
        Personal("reason", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.LEGAL_OBLIGATION),
        NotPersonal("until", "the last day of a hold"),
        NotPersonal("model", "the kind of record, such as tickets.ticket"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
