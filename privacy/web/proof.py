"""The form in which somebody who is signed in proves once more who they are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.web import throttle

PREFIX = "proof-"
TRIES = 10
A_QUARTER = 900


class ProofForm(forms.Form):
    """The password of whoever is signed in; few tries."""

    use_required_attribute = False
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: Any, data: Any = None) -> None:
        super().__init__(data, prefix=PREFIX.rstrip("-"))
        self.request = request
        self.status = 200

    def clean(self) -> dict[str, Any]:
        """Every try counts, right or wrong."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        user = self.request.user
        if not throttle.is_allowed("proof", str(user.pk), limit=TRIES, seconds=A_QUARTER):
            self.status = 429
            raise forms.ValidationError(_("Too many tries. Please wait 15 minutes."))
        if not user.check_password(cleaned.get("password", "")):
            raise forms.ValidationError(_("That isn't right. Please try again."))
        return cleaned
