"""The authenticator app: codes of six digits that change every thirty seconds (TOTP, RFC 6238)."""

import base64
import secrets
from urllib.parse import quote, urlencode

from django.db import transaction
from django_otp.oath import TOTP

from privacy import actor, credentials
from privacy.enums import Credential
from privacy.factors import standing
from privacy.models import Authenticator, User

SECRET_BYTES = 20
STEPS_OFF = 1  # a clock may be half a minute wrong


@transaction.atomic
def begin(user: User) -> Authenticator:
    """A new secret to set an app up with; an earlier one that was never confirmed is forgotten."""
    Authenticator.objects.filter(user=user, confirmed_at=None).delete()
    made = Authenticator(user=user, secret=base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode())
    made.save()
    return made


def pending(user: User) -> Authenticator:
    """The app that is being set up."""
    found: Authenticator | None = Authenticator.objects.filter(user=user, confirmed_at=None).first()
    return found or begin(user)


def address(device: Authenticator, issuer: str) -> str:
    """What the QR code says (otpauth://)."""
    label = quote(f"{issuer}:{device.user.email}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': device.secret, 'issuer': issuer}, quote_via=quote)}"


@transaction.atomic
def confirm(user: User, code: str) -> bool:
    """Take the app that is being set up into use, in place of an earlier one, if it shows this code."""
    device = Authenticator.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if device is None or not _takes(device, code):
        return False
    Authenticator.objects.filter(user=user, confirmed_at__isnull=False).delete()
    device.confirmed_at = actor.now()
    device.save()
    credentials.changed(user, Credential.APP)
    return True


@transaction.atomic
def check(user: User, code: str) -> bool:
    """Whether the person's app shows this code now. Each code is taken once."""
    devices = Authenticator.objects.select_for_update().filter(user=user, confirmed_at__isnull=False)
    device = devices.first()
    if device is None or not _takes(device, code):
        return False
    device.save(update_fields=["last_step"])
    return True


@transaction.atomic
def remove(user: User) -> None:
    """Take the app off. Raises ValidationError if it is the last factor of somebody who needs one."""
    standing.check_removal(user)
    Authenticator.objects.filter(user=user).delete()
    credentials.changed(user, Credential.APP)
    standing.forget_codes_if_bare(user)


def _takes(device: Authenticator, code: str) -> bool:
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    clock = TOTP(base64.b32decode(device.secret))
    if not clock.verify(int(digits), tolerance=STEPS_OFF, min_t=device.last_step + 1):
        return False
    device.last_step = clock.t()
    return True
