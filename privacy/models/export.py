"""What leaves the house as a file: parcels that are put together in the background, and a note of who got what."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy import actor
from privacy.declaration import Declared, NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.governance import Closed, Governed, Own, Setup
from privacy.models.audit import AUDIT_LOG, NEWEST
from privacy.models.base import Record, new_id
from privacy.models.hold import GOVERNED
from privacy.registry import model_called
from privacy.vault.files import SealedFileField

EXPORT = "export"


class ParcelState(models.TextChoices):
    """How far a parcel has come."""

    WAITING = "waiting", _("waits for its turn")
    MAKING = "making", _("being put together")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class Parcel(Record):
    """Base of files that are made in the background, lie sealed for some hours, and are handed to one person.

    ``content`` bears the name of its file from the moment in which that is begun: whoever takes over after a kill
    knows what to clear away. It is whole when ``state`` says that the parcel is ready.
    """

    state = models.CharField(
        _("state"), max_length=10, choices=ParcelState.choices, default=ParcelState.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    rows = models.PositiveBigIntegerField(_("records"), default=0, editable=False)
    content: Any = SealedFileField(blank=True, editable=False)
    ready_at = models.DateTimeField(_("ready"), null=True, editable=False)
    expires_at = models.DateTimeField(_("until"), null=True, editable=False)
    fetched_at = models.DateTimeField(_("fetched"), null=True, editable=False)

    personal_data: ClassVar = [
        Personal(
            "content",
            Category.CONTENT,
            Purpose.RIGHTS,
            LawfulBasis.LEGAL_OBLIGATION,
            on_erase=OnErase.DELETE_ROW,
        ),
    ]

    class Meta(Record.Meta):
        abstract = True

    @property
    def is_unfinished(self) -> bool:
        return self.state in (ParcelState.WAITING, ParcelState.MAKING)

    @property
    def is_fetchable(self) -> bool:
        """Whether it is there, and its time isn't over."""
        if self.state != ParcelState.READY or self.expires_at is None:
            return False
        return self.expires_at > actor.now()


class Format(models.TextChoices):
    """How the records of a module are written down."""

    CSV = "csv", _("CSV, for spreadsheets")
    LINES = "jsonl", _("JSON, one record a line")
    ARRAY = "json", _("JSON, one list")


class ExportJob(Parcel):
    """All records of one module that somebody may see, as a file: theirs alone, sealed under their key."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.CASCADE, related_name="exports"
    )
    module = models.CharField(_("module"), max_length=60)
    format = models.CharField(_("format"), max_length=5, choices=Format.choices, default=Format.CSV)

    governed_by = Own("by")
    data_subject = "by"
    personal_data: ClassVar = [NotPersonal("module", "the label of a model")]

    class Meta(Parcel.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def caption(self) -> str:
        return f"{self.title} ({self.format})"

    @property
    def title(self) -> str:
        """What is in it."""
        model = model_called(self.module)
        return self.module if model is None else str(model._meta.verbose_name_plural)

    @property
    def filename(self) -> str:
        """A name without anybody's data."""
        return f"{self.module.rpartition('.')[2]}-{self.created_at:%Y-%m-%d}.{self.format}"


class PersonPackage(Parcel):
    """All that is one person's data, for them to keep: sealed under their own key, so that it goes with them.

    ``by`` is the member of staff who asked for it; nobody, if the person did so in the portal.
    """

    subject_id = models.UUIDField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.CASCADE,
        related_name="person_packages",
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)

    governed_by = GOVERNED
    data_subject = "subject_id"
    hidden_from_subject = Q(by__isnull=False)
    personal_data: ClassVar[list[Declared]] = []

    class Meta(Parcel.Meta):
        verbose_name = _("package of a person’s data")
        verbose_name_plural = _("packages of people’s data")

    @property
    def filename(self) -> str:
        """A name without anybody's data."""
        return f"data-{self.created_at:%Y-%m-%d}.zip"


class Disclosure(Governed, models.Model):
    """Records left the house as a file: what, how many, and who took them (a recipient, Art. 30 (1) d GDPR).

    It stays when the file is gone, and when its row is: the register reads it. ``parcel_id`` says which file, and so
    who was in it (``DisclosedPeople``); a file that is fetched again after a broken download counts once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    moment = models.DateTimeField(_("when"), default=actor.now)
    by_id = models.UUIDField(_("who"))
    parcel_id = models.UUIDField(null=True, unique=True)
    module = models.CharField(_("module"), max_length=60)
    format = models.CharField(_("format"), max_length=5, choices=Format.choices)
    rows = models.PositiveBigIntegerField(_("records"))
    categories = ArrayField(
        models.CharField(max_length=12, choices=Category.choices), verbose_name=_("kinds of data")
    )

    governed_by = Setup(manage=AUDIT_LOG, see=AUDIT_LOG)
    personal_data: ClassVar[list[Declared]] = [
        NotPersonal("module", "the label of a model"),
        NotPersonal("categories", "codes of ours"),
    ]

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        indexes = [models.Index(*NEWEST, name="disclosure_newest")]

    def __str__(self) -> str:
        return f"{self.rows} {self.module}"


class DisclosedPeople(Governed, models.Model):
    """Some of the people whose records are in an export: sorted, from ``lowest`` on, each of them in one row only."""

    id = models.BigAutoField(primary_key=True)
    parcel_id = models.UUIDField()
    lowest = models.UUIDField()
    people = ArrayField(models.UUIDField())

    governed_by = Closed("asked whether one person is in it, never read as a list")
    personal_data: ClassVar[list[Declared]] = [
        NotPersonal("people", "uuids, which lead nowhere once they are erased")
    ]

    class Meta:
        verbose_name = _("people in an export")
        verbose_name_plural = _("people in exports")
        indexes = [models.Index("parcel_id", "lowest", name="disclosed_by_parcel")]

    def __str__(self) -> str:
        return f"{len(self.people)} people"
