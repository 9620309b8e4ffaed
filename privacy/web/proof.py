"""The form in which somebody who is signed in proves once more who they are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.factors import app, standing
from privacy.models import Passkey, User
from privacy.web import ceremony, throttle

PREFIX = "proof-"
TRIES = 10
A_QUARTER = 900


class CodeField(forms.CharField):
    """The six digits that an authenticator app shows."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        given = {"label": _("Code from your app"), "max_length": 12, **kwargs}
        super().__init__(widget=forms.TextInput(attrs=attrs | given.pop("attrs", {})), **given)


class ProofForm(forms.Form):
    """The password, with the app's code where there is an app; or a passkey alone."""

    use_required_attribute = False
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = CodeField(required=False)
    answer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: Any, data: Any = None) -> None:
        super().__init__(data, prefix=PREFIX.rstrip("-"))
        self.request = request
        self.status = 200
        self.factors = standing.of(request.user)
        if not self.factors.has_app:
            del self.fields["code"]
        if not self.asks_for_password:
            del self.fields["password"]

    @property
    def asks_for_password(self) -> bool:
        """Whether a password (with a code) is a way at all: not beside passkeys only, not without one."""
        bare = not self.factors.has_any
        return bool(self.request.user.has_usable_password()) and (bare or self.factors.has_app)

    def clean(self) -> dict[str, Any]:
        """Every try counts, right or wrong."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        user = self.request.user
        if not throttle.is_allowed("proof", str(user.pk), limit=TRIES, seconds=A_QUARTER):
            self.status = 429
            raise forms.ValidationError(_("Too many tries. Please wait 15 minutes."))
        if not (self._has_key(user, cleaned) if cleaned.get("answer") else self._has_words(user, cleaned)):
            raise forms.ValidationError(_("That isn't right. Please try again."))
        return cleaned

    def _has_key(self, user: User, cleaned: dict[str, Any]) -> bool:
        return ceremony.prove(self.request, Passkey.objects.filter(user=user), cleaned["answer"]) is not None

    def _has_words(self, user: User, cleaned: dict[str, Any]) -> bool:
        if not (self.asks_for_password and user.check_password(cleaned.get("password", ""))):
            return False
        return not self.factors.has_app or app.check(user, cleaned.get("code", ""))
