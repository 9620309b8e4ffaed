"""A hidden field that tells one opening of a form from another, and how long ago that was."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST = timedelta(seconds=2)
LONGEST = timedelta(hours=24)
SALT = "tickets.forms.once"


class TooQuickError(ValidationError):
    """Nobody types that fast."""


class TooOldError(ValidationError):
    """The form was open for too long, or isn't ours."""


def new_key() -> str:
    """The signed key of a form that is shown now."""
    return signing.TimestampSigner(salt=SALT).sign(str(uuid4()))


class OnceField(forms.CharField):
    """Cleans to the form's own UUID."""

    widget = forms.HiddenInput

    def __init__(self, *, shortest: timedelta = timedelta(), **kwargs: Any) -> None:
        self.shortest = shortest
        super().__init__(**{"required": False, "initial": new_key, **kwargs})

    def clean(self, value: Any) -> UUID:
        signer = signing.TimestampSigner(salt=SALT)
        try:
            key = UUID(signer.unsign(value or "", max_age=LONGEST))
        except (signing.BadSignature, ValueError):
            raise TooOldError(
                _("This form was open for a long time. What you wrote is still here: please send it again.")
            ) from None
        if self.shortest and _is_younger(value, self.shortest):
            raise TooQuickError(_("That was very quick. What you wrote is still here: please send it again."))
        return key


def _is_younger(value: str, than: timedelta) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(value, max_age=than)
    except signing.SignatureExpired:
        return False
    return True
