"""What the register can't read from the declarations: who is responsible, and where recipients are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.enums import Place, Safeguard
from privacy.models import Controller

AREA = forms.Textarea(attrs={"rows": 3})


class ControllerForm(forms.Form):
    """The organisation, its officer, its authority."""

    asks_no_consent = "the organisation's own details"

    name = forms.CharField(label=_("Organisation"), max_length=200)
    address = forms.CharField(label=_("Address"), widget=AREA, max_length=1_000, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    representative = forms.CharField(label=_("Represented by"), max_length=200, required=False)
    officer_name = forms.CharField(label=_("Data protection officer"), max_length=200, required=False)
    officer_contact = forms.CharField(
        label=_("How to reach the officer"), widget=AREA, max_length=1_000, required=False
    )
    authority = forms.CharField(label=_("Supervisory authority"), max_length=200, required=False)
    authority_contact = forms.CharField(
        label=_("How to reach the authority"), widget=AREA, max_length=1_000, required=False
    )
    measures = forms.CharField(
        label=_("Further measures"),
        help_text=_(
            "How else data is protected, such as locked rooms and training. No place for data about people."
        ),
        widget=AREA,
        max_length=5_000,
        required=False,
    )

    @classmethod
    def about(cls, controller: Controller, data: Any = None) -> "ControllerForm":
        """The form, filled with what is known."""
        return cls(data, initial={name: getattr(controller, name) for name in cls.base_fields})


class PlaceForm(forms.Form):
    """Where a recipient is."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("Where it is"), choices=Place.choices)
    safeguard = forms.ChoiceField(
        label=_("Safeguard, for other countries"), choices=Safeguard.choices, required=False
    )
    has_contract = forms.BooleanField(label=_("There is a contract under Art. 28 GDPR"), required=False)
