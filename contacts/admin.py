"""The administration of contacts and organisations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity, Organisation
from privacy import access
from privacy.web.administration import BinningFormSet, RecordInline
from privacy.web.consenting import ConsentingAdmin
from privacy.web.consents import place
from privacy.web.customised import CustomisedAdmin
from privacy.web.rooms import Room

NEW_CONTACT = place("administration_contact", _("Administration: a new contact"))


class IdentityFormSet(BinningFormSet):
    """New identities go through the verb, which knows which address identifies the contact."""

    def save_new(self, form: Any, commit: bool = True) -> Identity:
        identity: Identity = super().save_new(form, commit=False)
        others = Identity.objects.filter(contact=self.instance, kind=IdentityKind.EMAIL, is_primary=True)
        identity.is_primary = identity.kind == IdentityKind.EMAIL and not others.exists()
        if commit:
            identity.save()
        return identity


class IdentityInline(RecordInline):
    """How a contact is reached and recognised."""

    model = Identity
    formset = IdentityFormSet
    fields = ("kind", "value", "is_primary", "verified_at", "bounced_at")
    readonly_fields = ("is_primary", "verified_at", "bounced_at")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset knows who strikes out."""
        made = super().get_formset(request, obj, **kwargs)
        return type(made.__name__, (made,), {"deleted_by": request.user})


class OrganisationChoice(forms.ModelChoiceField):
    """Organisations by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


@admin.register(Contact)
class ContactAdmin(ConsentingAdmin):
    """People who write to us."""

    room = Room.RECORDS
    symbol = "contact"
    about = _("People who write to us, and what they are known by.")
    consent_form = NEW_CONTACT
    fields = ("full_name", "language", "timezone", "organisation", "owner", "notes")
    list_display = ("name", "address", "organisation_name", "language", "created_at")
    list_filter = ("language",)
    list_select_related = ("organisation",)
    inlines = (IdentityInline,)
    looks_for = _("A whole e-mail address, phone number or @name.")

    @admin.display(description=_("name"))
    def name(self, contact: Contact) -> str:
        return contact.display_name or str(contact)

    @admin.display(description=_("e-mail address"))
    def address(self, contact: Contact) -> str:
        return contact.primary_email

    @admin.display(description=_("organisation"))
    def organisation_name(self, contact: Contact) -> str:
        return contact.organisation.name if contact.organisation else ""

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("identities")

    def found(self, request: HttpRequest, text: str) -> Any:
        return Contact.objects.filter(pk__in=[contact.pk for contact in identification.search_exact(text)])

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """The organisation, out of all of them."""
        if db_field.name == "organisation":
            kwargs |= {
                "form_class": OrganisationChoice,
                "queryset": access.visible(request.user, Organisation.objects.order_by("name", "id")),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Organisation)
class OrganisationAdmin(CustomisedAdmin):
    """What contacts belong to."""

    room = Room.RECORDS
    symbol = "building"
    about = _("What contacts belong to.")
    fields = ("name", "domain", "owner", "notes")
    list_display = ("name", "domain", "created_at")
    ordering = ("name", "id")
    looks_for = _("A part of the name, or the mail domain.")

    def found(self, request: HttpRequest, text: str) -> Any:
        return Organisation.objects.filter(name__icontains=text) | Organisation.objects.filter(
            domain__iexact=text
        )
