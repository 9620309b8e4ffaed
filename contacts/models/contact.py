"""Contacts: the people who write to us."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.enums import IdentityKind
from contacts.models.organisation import Organisation
from privacy.declaration import NotPersonal, Personal
from privacy.enums import ActorKind, Category, LawfulBasis, ProfileKind, Purpose
from privacy.governance import Module, Right
from privacy.models import Person
from privacy.vault.fields import Erased, SealedCharField, SealedTextField

MERGE = "contacts.merge"
BY_TRUSTED = frozenset({ProfileKind.SUPERVISOR, ProfileKind.MANAGER})


class Contact(Person):
    """A person who is, or was, in touch with us. All that is theirs is sealed under their own key."""

    actor_kind = ActorKind.CUSTOMER
    same_person = "merged_into"

    full_name = SealedCharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contacts",
    )
    notes = SealedTextField(_("notes"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contacts",
    )
    spam_at = models.DateTimeField(_("marked as a sender of spam"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="merged"
    )

    governed_by = Module(
        "contacts",
        _("Contacts"),
        owner="owner",
        opens=("organisation",),
        rights=(
            Right(
                MERGE,
                _("Merge contacts"),
                BY_TRUSTED,
                "contacts",
                _("Make one of two contacts who are the same person."),
            ),
        ),
    )
    data_subject = "self"
    personal_data = [
        Personal("full_name", Category.IDENTITY, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal("notes", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.LEGITIMATE_INTERESTS),
        NotPersonal("timezone", "the name of a time zone, shared by millions"),
    ]

    class Meta(Person.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["spam_at"], condition=Q(spam_at__isnull=False), name="contact_sends_spam")
        ]

    @property
    def primary_email(self) -> str:
        """The address that identifies this contact, or nothing. Uses prefetched identities."""
        primary = self._identity(IdentityKind.EMAIL)
        return primary.value if primary else ""

    @property
    def primary_handle(self) -> str:
        """The name elsewhere by which an answer reaches them, or nothing."""
        known = self._identity(IdentityKind.HANDLE)
        return known.value if known else ""

    @property
    def display_name(self) -> str:
        """The name; without one the address, phone or handle."""
        if self.erased_at is not None:
            return Erased(gettext("erased"))
        if self.full_name:
            return self.full_name
        first: Any = self._identity(IdentityKind.EMAIL) or next(iter(self.identities.all()), None)
        return first.value if first else ""

    def caption(self) -> str:
        return self.display_name

    @classmethod
    def for_captions(cls, rows: Any) -> Any:
        """Addresses that went to the bin with them name them there, too."""
        identities = cls._meta.get_field("identities").related_model
        return rows.prefetch_related(models.Prefetch("identities", identities.everything.all()))  # type: ignore[union-attr]

    @classmethod
    def with_names(cls) -> Any:
        """All contacts, with the identities that stand in for a missing name."""
        return cls.everything.prefetch_related("identities")

    def get_short_name(self) -> str:
        return self.full_name.split()[0] if self.full_name else ""

    @property
    def initials(self) -> str:
        """Two letters for an avatar."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    def _identity(self, kind: IdentityKind) -> Any:
        matching = [each for each in self.identities.all() if each.kind == kind]
        return next((each for each in matching if each.is_primary), next(iter(matching), None))
