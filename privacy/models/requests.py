"""Requests of persons about their data (Art. 15 to 21 GDPR): what is asked, until when, and how it went."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal, Personal
from privacy.enums import (
    UNSETTLED,
    Arrival,
    Category,
    LawfulBasis,
    Proof,
    Purpose,
    Refusal,
    RequestKind,
    RequestState,
    RestrictionGround,
)
from privacy.models.base import LivingManager, Record, RecordQuerySet
from privacy.models.hold import GOVERNED
from privacy.vault.fields import SealedEmailField, SealedTextField


class DataRequestQuerySet(RecordQuerySet):
    """Requests by what one says of them."""

    def unsettled(self) -> "DataRequestQuerySet":
        return self.filter(state__in=UNSETTLED)

    def overdue(self) -> "DataRequestQuerySet":
        return self.unsettled().filter(due_on__lt=timezone.localdate())


class DataRequestManager(LivingManager.from_queryset(DataRequestQuerySet)):  # type: ignore[misc]
    """Living requests."""


class DataRequest(Record):
    """Somebody uses a right of theirs. What they wrote is sealed under their key, and goes with it."""

    kind = models.CharField(_("kind"), max_length=20, choices=RequestKind.choices)
    subject_id = models.UUIDField(db_index=True)
    arrival = models.CharField(_("arrived by"), max_length=10, choices=Arrival.choices)
    origin_id = models.UUIDField(null=True)
    recorded_by = models.UUIDField(null=True)
    wish = SealedTextField(_("what the person asks for"), blank=True)
    new_address = SealedEmailField(_("new e-mail address"), blank=True)
    purpose = models.SlugField(_("purpose"), max_length=60, blank=True)
    ground = models.CharField(_("ground"), max_length=20, choices=RestrictionGround.choices, blank=True)
    state = models.CharField(
        _("state"), max_length=15, choices=RequestState.choices, default=RequestState.OPEN
    )
    received_on = models.DateField(_("received on"), default=timezone.localdate)
    due_on = models.DateField(_("due on"))
    extended_at = models.DateTimeField(_("extended"), null=True)
    extension_reason = SealedTextField(_("why it takes longer"), blank=True)
    proof = models.CharField(_("identity"), max_length=15, choices=Proof.choices, blank=True)
    steps = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    reminded = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="approved_requests"
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    not_before = models.DateTimeField(_("not before"), null=True)
    settles_open = models.BooleanField(_("close what is open"), default=False)
    refusal = models.CharField(_("refused because"), max_length=15, choices=Refusal.choices, blank=True)
    answer = SealedTextField(_("what we answered"), blank=True)
    closed_at = models.DateTimeField(_("settled"), null=True)

    objects: ClassVar = DataRequestManager()

    governed_by = GOVERNED
    data_subject = "subject_id"
    personal_data: ClassVar = [
        Personal("wish", Category.CONTENT, Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION),
        Personal("new_address", Category.CONTACT, Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION),
        Personal("extension_reason", Category.CONTENT, Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION),
        Personal("answer", Category.CONTENT, Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION),
        NotPersonal("purpose", "the key of a purpose of processing"),
        NotPersonal("received_on", "the day on which a request reached us"),
        NotPersonal("due_on", "a deadline"),
        NotPersonal("steps", "codes of ours: what was done"),
        NotPersonal("reminded", "codes of ours: of what its keepers were told"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(deleted_at__isnull=True, state__in=UNSETTLED),
                name="datarequest_due",
            )
        ]

    @property
    def purpose_words(self) -> str:
        """What is objected to, in words."""
        return Purpose.words(self.purpose)

    @property
    def is_unsettled(self) -> bool:
        return self.state in UNSETTLED

    @property
    def is_overdue(self) -> bool:
        """Nobody answered within the month (Art. 12 (3) GDPR)."""
        return self.is_unsettled and self.due_on < timezone.localdate()


class Letter(Record):
    """What we wrote to a person about a request of theirs, as it went out."""

    request = models.ForeignKey(DataRequest, on_delete=models.CASCADE, related_name="letters")
    subject_id = models.UUIDField(db_index=True)
    code = models.CharField(max_length=15)
    text = SealedTextField(_("letter"))

    governed_by = GOVERNED
    data_subject = "subject_id"
    personal_data: ClassVar = [
        Personal("text", Category.CONTENT, Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION),
        NotPersonal("code", "a code of ours: which letter it is"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("letter about a request")
        verbose_name_plural = _("letters about requests")
