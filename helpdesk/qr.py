"""QR codes as inline SVG: made here, so that no secret travels to somebody who makes pictures."""

import io
from typing import Any

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from privacy.factors import app
from privacy.models import Authenticator


def qr_code(text: str) -> SafeString:
    """A picture of the text. Dark on light in every appearance: cameras want it so."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, light="#fff", svgclass="qr"
    )
    return mark_safe(picture.getvalue().decode())  # noqa: S308  (segno writes numbers only)


def app_picture(device: Authenticator) -> dict[str, Any]:
    """The secret of an app that is being set up, as a picture, in letters and as a link."""
    address = app.address(device, settings.COMPANY_NAME)
    return {"qr": qr_code(address), "secret": device.secret, "address": address}
