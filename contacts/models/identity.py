"""Identities: the addresses, phone numbers and handles by which a contact is known."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.enums import BounceReason, IdentityKind
from contacts.models.contact import Contact
from contacts.normalisation import canonical, normalise
from privacy.declaration import Personal
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.governance import Part
from privacy.models import Record
from privacy.vault.blind import BlindIndex
from privacy.vault.fields import SealedCharField

KNOWN_BY = BlindIndex("contacts.identity", canonical)


class Identity(Record):
    """One way to reach and recognise a contact. No two contacts share one.

    What customers say of themselves is claimed: nobody is recognised by it until staff have confirmed it.
    ``account_id`` is the number of an account elsewhere: it stays when the account's name changes.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(_("kind"), max_length=10, choices=IdentityKind.choices)
    value = SealedCharField(_("address or number"), max_length=254, index=KNOWN_BY)
    account_id = SealedCharField(
        max_length=20, blank=True, editable=False, index=BlindIndex("contacts.identity.account", str)
    )
    is_primary = models.BooleanField(_("identifies the contact"), default=False)
    is_claimed = models.BooleanField(_("not confirmed"), default=False, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    bounced_at = models.DateTimeField(null=True, editable=False)
    bounce_reason = models.CharField(max_length=20, choices=BounceReason.choices, blank=True, editable=False)

    governed_by = Part("contact")
    data_subject = "contact"
    personal_data = [
        Personal(
            "value",
            Category.CONTACT,
            Purpose.SUPPORT,
            LawfulBasis.CONTRACT,
            on_erase=OnErase.DELETE_ROW,
        ),
        Personal(
            "account_id",
            Category.CONTACT,
            Purpose.SUPPORT,
            LawfulBasis.CONTRACT,
            on_erase=OnErase.DELETE_ROW,
        ),
    ]

    class Meta(Record.Meta):
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        ordering = ["-is_primary", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["value_index"],
                condition=Q(deleted_at__isnull=True, is_claimed=False),
                name="identity_is_unique",
            ),
            models.UniqueConstraint(
                fields=["account_id_index"], condition=Q(deleted_at__isnull=True), name="account_is_unique"
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(deleted_at__isnull=True, is_primary=True, kind="email"),
                name="one_primary_email_per_contact",
            ),
        ]

    def caption(self) -> str:
        return self.value

    def clean(self) -> None:
        """The value in its normal form, and nobody else's."""
        if not self.value:
            return
        try:
            self.kind, self.value = normalise(self.value, self.kind)
        except ValueError as error:
            raise ValidationError({"value": _(str(error))}) from None
        if Identity.objects.filter(value=self.value, is_claimed=False).exclude(pk=self.pk).exists():
            raise ValidationError({"value": _("Another contact has this already.")})
