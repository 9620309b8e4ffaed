"""The sign-in form of staff."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


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
