"""One normal form for whatever somebody is known by, recognised from its shape. Values in, values out."""

from django.utils.translation import gettext_noop

from contacts.enums import IdentityKind
from privacy.identifiers import normalise_email, normalise_handle, normalise_phone

NORMAL_FORMS = {
    IdentityKind.EMAIL: normalise_email,
    IdentityKind.PHONE: normalise_phone,
    IdentityKind.HANDLE: normalise_handle,
}


def kind_of(value: str) -> IdentityKind:
    """What the shape says: ``x@y`` is an address, ``@anna`` a handle, digits a phone number. Raises ValueError."""
    text = value.strip()
    if text.startswith("@"):
        return IdentityKind.HANDLE
    if "@" in text:
        return IdentityKind.EMAIL
    if any(letter.isdigit() for letter in text) and not any(letter.isalpha() for letter in text):
        return IdentityKind.PHONE
    raise ValueError(gettext_noop("This is neither an e-mail address, a phone number nor a @name."))


def normalise(value: str, kind: str = "") -> tuple[IdentityKind, str]:
    """Kind and normal form; a handle carries its @. Raises ValueError."""
    found = IdentityKind(kind) if kind else kind_of(value)
    normal = NORMAL_FORMS[found](value)
    return found, f"@{normal}" if found == IdentityKind.HANDLE else normal


def canonical(value: str) -> str:
    """What the blind index is made of: ``email:anna@example.org``. Raises ValueError."""
    kind, normal = normalise(value)
    return f"{kind.value}:{normal}"
