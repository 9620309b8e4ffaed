"""Normal forms of what people are reached by: addresses, phone numbers, handles. Values in, values out."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_noop

HANDLE = re.compile(r"@?[A-Za-z0-9_]{1,30}")


def normalise_email(address: str) -> str:
    """NFKC, case-folded, domain in its IDNA form. Raises ValueError if it has no local part or domain."""
    folded = unicodedata.normalize("NFKC", address.strip()).casefold()
    local, at, domain = folded.rpartition("@")
    if not (local and at and domain) or any(c.isspace() for c in folded):
        raise ValueError(gettext_noop("This is not an e-mail address."))
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return folded


def normalise_phone(number: str) -> str:
    """E.164 (``+4930901820``); a national number is read as one of PHONE_REGION. Raises ValueError."""
    try:
        parsed = phonenumbers.parse(number, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        raise ValueError(gettext_noop("This is not a phone number.")) from None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError(gettext_noop("This is not a phone number."))
    normal = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.parse(normal) != phonenumbers.parse(number, settings.PHONE_REGION):
        raise ValueError(gettext_noop("This is not a phone number."))  # made of zeros, say
    return normal


def normalise_handle(handle: str) -> str:
    """A Twitter/X name in lower case, without the @. Raises ValueError."""
    if not HANDLE.fullmatch(handle.strip()):
        raise ValueError(gettext_noop("This is not a name on Twitter/X."))
    return handle.strip().lstrip("@").lower()
