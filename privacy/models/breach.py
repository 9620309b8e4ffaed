"""Breaches of personal data (Art. 33, 34 GDPR): what happened, who is affected, what was done about it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.declaration import INSTALLATION, NotPersonal, Personal
from privacy.enums import BreachScope, BreachState, Category, LawfulBasis, OnErase, Purpose, Risk
from privacy.models.base import Record
from privacy.models.hold import GOVERNED
from privacy.vault.fields import SealedCharField, SealedTextField

DEADLINE = timedelta(hours=72)
LAW = (Purpose.RIGHTS, LawfulBasis.LEGAL_OBLIGATION, OnErase.KEEP)
SAID = (
    "title",
    "what",
    "consequences",
    "measures",
    "risk_reason",
    "delay_reason",
    "authority_de",
    "authority_en",
    "persons_de",
    "persons_en",
)


class Breach(Record):
    """One breach. Its texts are the organisation's, sealed under the key of the installation.

    Who is affected isn't kept: it is computed from what ``scope`` names, whenever somebody asks.
    """

    title = SealedCharField(_("in a few words"), max_length=200)
    what = SealedTextField(_("what happened"))
    began_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    known_at = models.DateTimeField(_("became known"))
    categories = ArrayField(models.CharField(max_length=12, choices=Category.choices), default=list)
    scope = models.CharField(_("who is affected"), max_length=10, choices=BreachScope.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    modules = ArrayField(models.CharField(max_length=60), verbose_name=_("records"), default=list, blank=True)
    consequences = SealedTextField(_("likely consequences"), blank=True)
    measures = SealedTextField(_("what was done, and what will be done"), blank=True)
    risk = models.CharField(_("risk"), max_length=10, choices=Risk.choices, default=Risk.UNKNOWN)
    risk_reason = SealedTextField(_("why the risk is seen so"), blank=True)
    delay_reason = SealedTextField(_("why the authority is told later than within 72 hours"), blank=True)
    authority_de = SealedTextField(blank=True)
    authority_en = SealedTextField(blank=True)
    persons_de = SealedTextField(blank=True)
    persons_en = SealedTextField(blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=BreachState.choices, default=BreachState.OPEN, editable=False
    )
    recorded_by = models.UUIDField(null=True, editable=False)
    authority_told_at = models.DateTimeField(_("authority told"), null=True, editable=False)
    authority_told_by = models.UUIDField(null=True, editable=False)
    persons_told_at = models.DateTimeField(_("persons told"), null=True, editable=False)
    persons_told_by = models.UUIDField(null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.UUIDField(null=True, editable=False)

    governed_by = GOVERNED
    data_subject = INSTALLATION
    personal_data: ClassVar = [
        *(Personal(name, Category.CONTENT, *LAW) for name in SAID),
        NotPersonal("categories", "codes of ours: which kinds of data"),
        NotPersonal("modules", "labels of models"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("breach of personal data")
        verbose_name_plural = _("breaches of personal data")
        indexes = [models.Index(fields=["-created_at", "-id"], name="breach_newest")]

    def caption(self) -> str:
        return self.title

    @property
    def due_at(self) -> datetime:
        """Until when the authority has to be told (Art. 33 (1))."""
        return self.known_at + DEADLINE

    @property
    def is_clock_running(self) -> bool:
        """Whether the authority still has to be told; nobody has to be of what is no risk."""
        return self.state == BreachState.OPEN and self.risk != Risk.NONE and self.authority_told_at is None

    @property
    def is_late(self) -> bool:
        """More than 72 hours, and the authority wasn't told."""
        return self.is_clock_running and timezone.now() > self.due_at

    @property
    def was_told_late(self) -> bool:
        return self.authority_told_at is not None and self.authority_told_at > self.due_at

    @property
    def needs_persons(self) -> bool:
        """Whether the persons have to be told, too (Art. 34 (1))."""
        return self.risk == Risk.HIGH and self.persons_told_at is None

    @property
    def is_closed(self) -> bool:
        return self.state == BreachState.CLOSED
