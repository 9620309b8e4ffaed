"""Forms of the page of a person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OtherForm(forms.Form):
    """By what the other one of two contacts is known."""

    asks_no_consent = "it only finds somebody who is known already"

    who = forms.CharField(
        label=_("Known by"),
        help_text=_("The other contact’s e-mail address, phone number or @name."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
