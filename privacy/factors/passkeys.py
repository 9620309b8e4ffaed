"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is true.

Written for any model of ``KeyPair``: staff have theirs, customers may have some too.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from privacy import actor, credentials
from privacy.enums import Credential
from privacy.factors import standing
from privacy.models import KeyPair, Passkey

MOST = 10
LONGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Site:
    """The place that keys are made for: its host name, and the origin that browsers report."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key is made: an id of random-looking bytes, and what the browser's own window shows."""

    id: bytes
    account: str
    name: str


def ask_to_make(site: Site, owner: Owner, known: Iterable[KeyPair]) -> tuple[str, str]:
    """Options for ``navigator.credentials.create`` as JSON, and the challenge to remember."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=owner.id,
        user_name=owner.account,
        user_display_name=owner.name,
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


@transaction.atomic
def take(key: KeyPair, answer: str, *, site: Site, challenge: str) -> None:
    """Fill a new key from the browser's answer and save it. Raises ValidationError if it isn't true."""
    try:
        verified = webauthn.verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise ValidationError(_("The passkey could not be set up. Please try again.")) from None
    key.credential = bytes_to_base64url(verified.credential_id)
    key.public_key = bytes_to_base64url(verified.credential_public_key)
    key.sign_count = verified.sign_count
    if type(key)._default_manager.filter(credential=key.credential).exists():
        raise ValidationError(_("This passkey is known already."))
    key.save()
    if isinstance(key, Passkey):
        credentials.changed(key.user, Credential.PASSKEY)


def ask_to_prove(site: Site, known: Iterable[KeyPair] = ()) -> tuple[str, str]:
    """Options for ``navigator.credentials.get`` as JSON, and the challenge; without keys any of ours will do."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


@transaction.atomic
def prove(keys: Any, answer: str, *, site: Site, challenge: str) -> Any:
    """The key (of this queryset) that signed the challenge, or None. A counter that doesn't go up is a copy."""
    try:
        parsed = _parsed(answer)
        key: Any = keys.select_for_update(of=("self",)).filter(credential=str(parsed["id"])).first()
        if key is None:
            return None
        verified = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    key.sign_count, key.used_at = verified.new_sign_count, actor.now()
    key.save(update_fields=["sign_count", "used_at"])
    return key


@transaction.atomic
def remove(key: Passkey) -> None:
    """Take a key off. Raises ValidationError if it is the last factor of somebody who needs one."""
    standing.check_removal(key.user)
    key.delete()
    credentials.changed(key.user, Credential.PASSKEY)
    standing.forget_codes_if_bare(key.user)


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long for an answer of a browser")
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise ValueError("not an answer of a browser")
    return parsed


def _descriptors(keys: Iterable[KeyPair]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in keys]
