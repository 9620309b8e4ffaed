"""The forms of staff about themselves: sign-in, account."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from privacy.models import User


class SignInForm(AuthenticationForm):
    """Address and password; the same words whether the account exists or not."""

    error_messages = {
        "invalid_login": _("This address and password don't belong together. Check both and try again."),
        "inactive": _("This address and password don't belong together. Check both and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.input_type = "email"
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class AccountForm(forms.ModelForm):
    """What people say about themselves, and how they like the helpdesk."""

    class Meta:
        model = User
        fields = ("full_name", "language", "timezone", "theme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]
        self.fields["timezone"] = forms.ChoiceField(
            label=self.fields["timezone"].label,
            required=False,
            choices=[("", _("As the helpdesk")), *zones],
        )
        languages: Any = self.fields["language"]
        languages.choices = [("", _("As the browser")), *settings.LANGUAGES]
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
