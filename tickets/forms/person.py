"""Forms of the page of a person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts import identification, normalisation
from contacts.models import Contact
from privacy.custom.definitions import writable
from privacy.custom.forms import CustomFieldsForm
from privacy.web.consents import RecordsConsent, place
from tickets.forms.desk import ForViewer

NEW_PERSON = place("desk_contact", _("Desk: a new contact"))


class NewPersonForm(RecordsConsent, CustomFieldsForm, ForViewer):
    """Somebody whom an agent writes down, with what they agreed to."""

    consent_form = NEW_PERSON

    known_by = forms.CharField(
        label=_("Known by"), help_text=_("E-mail address, phone number or @name."), max_length=254
    )
    full_name = forms.CharField(label=_("Name"), max_length=200, required=False)

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        self.add_custom(writable(viewer, Contact))

    def clean_known_by(self) -> str:
        """In its normal form, and nobody's yet."""
        try:
            value = normalisation.normalise(self.cleaned_data["known_by"])[1]
        except ValueError as error:
            raise ValidationError(_(str(error))) from None
        if identification.find(value) is not None:
            raise ValidationError(_("Somebody is known by this already. Look for them."))
        return value


class OtherForm(forms.Form):
    """By what the other one of two contacts is known."""

    asks_no_consent = "it only finds somebody who is known already"

    who = forms.CharField(
        label=_("Known by"),
        help_text=_("The other contact’s e-mail address, phone number or @name."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
