"""What customers correct about themselves."""

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.enums import IdentityKind
from contacts.models import Contact
from contacts.normalisation import normalise
from privacy import custom
from privacy.custom.forms import SlotsForm
from privacy.web.consents import AsksConsent, place
from tickets.forms.fields import AddressField, LineField

MOST = 10
PROFILE = place("profile", _("Portal: profile"))
SIGN_UP = place("sign_up", _("Portal: first sign-in"))


class LinesField(forms.CharField):
    """Several values of one kind, one a line, each in its normal form."""

    def __init__(self, *, kind: IdentityKind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 2, "class": "few"}),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST:
            raise ValidationError(_("Ten are enough."))
        try:
            return list(dict.fromkeys(normalise(line, self.kind)[1] for line in lines))
        except ValueError as error:
            raise ValidationError(_(str(error))) from None


class OfCustomer(AsksConsent):
    """A form that a signed-in customer fills in about themselves."""

    def __init__(self, *args: Any, customer: Contact, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)

    def asked_person(self) -> UUID:
        return self.customer.pk


class WelcomeForm(OfCustomer):
    """What is asked at the first sign-in, and nothing else."""

    consent_form = SIGN_UP


class ProfileForm(OfCustomer, SlotsForm):
    """Everything about a customer but the address that they are known by; ``told`` is what only staff change."""

    consent_form = PROFILE

    full_name = LineField(
        label=_("Your name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phones = LinesField(
        label=_("Your phone numbers"),
        help_text=_("One a line. We use a new number only after we have confirmed it with you."),
        kind=IdentityKind.PHONE,
    )
    handles = LinesField(
        label=_("Your names on Twitter/X"),
        help_text=_("One a line, such as @anna."),
        kind=IdentityKind.HANDLE,
    )
    language = forms.ChoiceField(
        label=_("Language in which we write to you"),
        choices=[("", _("As you write to us")), *settings.LANGUAGES],
        required=False,
    )
    timezone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=[("", _("Not given")), *((zone, zone) for zone in sorted(available_timezones()))],
        required=False,
    )

    def __init__(self, data: Any = None, *, customer: Contact, **kwargs: Any) -> None:
        slots = custom.slots(customer, customer)
        self.told = [slot for slot in slots if not slot.may_write]
        super().__init__(slots, data, customer=customer, initial=as_it_is(customer), **kwargs)


class NewAddressForm(forms.Form):
    """Another address to be known by."""

    asks_no_consent = "the same data under another address"

    new_address = AddressField(
        label=_("Your new e-mail address"),
        help_text=_("Your present address and the new one both get a link. Then we change it."),
    )


def as_it_is(contact: Contact) -> dict[str, Any]:
    """What the form begins with."""
    values: dict[str, list[str]] = {kind: [] for kind in IdentityKind.values}
    for identity in contact.identities.filter(deleted_at=None):
        values[identity.kind].append(identity.value)
    return {
        "full_name": contact.full_name,
        "language": contact.language,
        "timezone": contact.timezone,
        "phones": "\n".join(values[IdentityKind.PHONE]),
        "handles": "\n".join(values[IdentityKind.HANDLE]),
    }
