"""Consent: what is asked, in which words, and what each person said. What was said is never changed."""

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.declaration import NotPersonal, Personal
from privacy.enums import ActorKind, Category, Decision, LawfulBasis, ProfileKind, Purpose, Via
from privacy.governance import Part, Right, Setup
from privacy.models.base import Record, SealedQuerySet, SealedRow
from privacy.vault.fields import SealedTextField

MANAGE_CONSENTS = "manage_consents"
RECORD_CONSENT = "record_consent"
BY_AGENTS = frozenset({ProfileKind.AGENT, ProfileKind.SUPERVISOR, ProfileKind.MANAGER})
FOR_EVERYBODY = "what administrators write for everybody to read"
A_CODE = "a code of ours"
IN_THE_BIN = {"deleted_at", "deleted_by"}


class SaidForGood(TypeError):
    """Somebody tried to change what was agreed to, or that it was."""


class ConsentPurpose(Record):
    """Something that is done only with people who agreed to it."""

    key = models.SlugField(
        _("key"),
        max_length=40,
        help_text=_("A short name for programs, such as “newsletter”. It stays."),
    )
    is_required = models.BooleanField(
        _("the service needs it"),
        default=False,
        help_text=_(
            "Whoever doesn't agree can't have the service that rests on it. A question is never refused for it: "
            "answering is a contract, for which no consent may be demanded (Art. 7 (4) GDPR)."
        ),
    )
    needs_confirmation = models.BooleanField(
        _("confirmed by mail"),
        default=False,
        help_text=_("Counts only after a click on a button behind a link that we mail (double opt-in)."),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("After that, people are asked again. Empty: until it is withdrawn."),
    )
    placed_on = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("asked on"),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_(
            "Otherwise nobody is asked, and nothing that rests on it is done. What was said stays on record."
        ),
    )

    governed_by = Setup(
        manage=MANAGE_CONSENTS,
        rights=(
            Right(
                MANAGE_CONSENTS,
                _("Manage consents"),
                about=_("Write what people are asked to agree to, and on which forms."),
            ),
            Right(
                RECORD_CONSENT,
                _("Record consents given by phone"),
                BY_AGENTS,
                room="contacts",
                about=_("Write down what a customer agreed to or took back, with the evidence."),
            ),
        ),
    )
    personal_data: ClassVar = [NotPersonal("key", A_CODE), NotPersonal("placed_on", A_CODE)]

    class Meta(Record.Meta):
        verbose_name = _("consent purpose")
        verbose_name_plural = _("consent purposes")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(deleted_at__isnull=True),
                name="consent_key_once",
                violation_error_message=_("There is a purpose with this key already."),
            )
        ]

    def __str__(self) -> str:
        return self.key


class ConsentWording(Record):
    """The words of one version in one language. They are never changed: other words are another version."""

    purpose = models.ForeignKey(ConsentPurpose, on_delete=models.CASCADE, related_name="wordings")
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=2000)
    digest = models.CharField(_("hash"), max_length=64, editable=False)

    governed_by = Part("purpose")
    personal_data: ClassVar = [
        NotPersonal("title", FOR_EVERYBODY),
        NotPersonal("text", FOR_EVERYBODY),
        NotPersonal("digest", "a hash of words for everybody"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        ordering = ["-version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version", "language"], name="consent_wording_once")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, once. Raises SaidForGood for a wording that is there already."""
        if not self._state.adding:
            if not {*(kwargs.get("update_fields") or ["text"])} <= IN_THE_BIN:
                raise SaidForGood("A wording stays as it is: other words are another version.")
            return super().save(*args, **kwargs)
        self.digest = digest_of(self.purpose.key, self.version, self.language, self.title, self.text)
        return super().save(*args, **kwargs)


class AnswerQuerySet(SealedQuerySet):
    """Answers are added, never changed or deleted; the database refuses it too (a trigger)."""

    def update(self, **values: Any) -> int:
        raise SaidForGood("What was said isn't changed.")

    def delete(self) -> Any:
        raise SaidForGood("What was said isn't deleted.")


class AnswerManager(models.Manager.from_queryset(AnswerQuerySet)):  # type: ignore[misc]
    """All answers."""


class ConsentAnswer(SealedRow):
    """What somebody said: to which words, when, where, by whom. Added, never changed (Art. 7 (1) GDPR).

    ``subject_id`` is a person, whoever that is. When they are erased the evidence goes with their key; that this
    uuid once said this, stays.
    """

    subject_id = models.UUIDField(editable=False)
    purpose = models.ForeignKey(ConsentPurpose, on_delete=models.PROTECT, related_name="answers")
    wording = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveIntegerField(_("version"))
    digest = models.CharField(_("hash"), max_length=64)
    decision = models.CharField(_("answer"), max_length=10, choices=Decision.choices)
    form = models.CharField(_("where"), max_length=40)
    expires_at = models.DateTimeField(_("until"), null=True)
    evidence = SealedTextField(_("how we know"), blank=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)
    via = models.CharField(max_length=10, choices=Via.choices)

    objects: ClassVar[Any] = AnswerManager()

    governed_by = Setup(manage=MANAGE_CONSENTS, see=MANAGE_CONSENTS)
    data_subject = "subject_id"
    personal_data = [
        Personal("evidence", Category.CONTENT, Purpose.CONSENT, LawfulBasis.LEGAL_OBLIGATION),
        NotPersonal("digest", "a hash of words for everybody"),
        NotPersonal("form", A_CODE),
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [
            models.Index(fields=["subject_id", "purpose", "-created_at", "-id"], name="consent_by_subject"),
            models.Index(fields=["purpose", "subject_id", "-created_at", "-id"], name="consent_by_purpose"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, once. Raises SaidForGood for an answer that is there already."""
        if not self._state.adding:
            raise SaidForGood("What was said isn't changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise SaidForGood("What was said isn't deleted.")


def digest_of(key: str, version: int, language: str, title: str, text: str) -> str:
    """The SHA-256 of a wording, in hex: proves which words were shown."""
    whole = json.dumps([key, version, language, title, text], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
