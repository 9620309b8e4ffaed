"""What has to be true of keys before anything is served; each failure is one sentence that names the key."""

import binascii
import os
from collections.abc import Iterator
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from privacy.vault import kek
from privacy.vault.errors import VaultError
from privacy.vault.models import Sentinel, SubjectKey

DEVELOPMENT = "development"
SECRETS = ("PRIVACY_INDEX_KEY", "PRIVACY_SEAL_KEY", "PRIVACY_EXPORT_KEY")


def check_settings() -> None:
    """Shape of every secret, without a database. Raises ImproperlyConfigured."""
    current = kek.provider().current_id()
    if current.startswith(DEVELOPMENT) and not settings.DEBUG:
        raise ImproperlyConfigured(
            f"PRIVACY_KEKS: “{current}” is a development key; it can't be used with DEBUG off."
        )
    taken = {settings.SECRET_KEY: "SECRET_KEY"}
    for name in SECRETS:
        value = getattr(settings, name)
        _check_secret(name, value)
        if value in taken:
            raise ImproperlyConfigured(f"{name} must not be the {taken[value]}.")
        taken[value] = name


def check_keys() -> None:
    """The KEKs configured are those that wrapped what the vault holds. Raises ImproperlyConfigured."""
    provider = kek.provider()
    try:
        provider.unwrap_many(list(_proofs()))
    except VaultError as error:
        raise ImproperlyConfigured(f"Start refused: {error}") from None
    _leave_sentinel(provider)


def _proofs() -> Iterator[kek.Wrapped]:
    """One data key of each KEK in use, and the sentinel of the current one."""
    keys = SubjectKey.objects.using("vault").filter(wrapped__isnull=False)
    for key in keys.order_by("kek_id").distinct("kek_id"):
        yield kek.Wrapped(key.id, key.kek_id, bytes(key.wrapped or b""))
    for row in Sentinel.objects.using("vault").filter(kek_id=kek.provider().current_id()):
        yield kek.Wrapped(row.key_id, row.kek_id, bytes(row.wrapped))


def _leave_sentinel(provider: kek.KeyEncryption) -> None:
    if not Sentinel.objects.using("vault").filter(kek_id=provider.current_id()).exists():
        made = provider.wrap(uuid4(), os.urandom(kek.KEY_BYTES))
        Sentinel.objects.using("vault").get_or_create(
            kek_id=made.kek_id, defaults={"key_id": made.key_id, "wrapped": made.wrapped}
        )


def _check_secret(name: str, value: str) -> None:
    try:
        length = len(bytes.fromhex(value))
    except (ValueError, binascii.Error):
        raise ImproperlyConfigured(f"{name} is not hexadecimal. It needs 64 hex digits (32 bytes).") from None
    if length != kek.KEY_BYTES:
        raise ImproperlyConfigured(f"{name} has {length} bytes. It needs 64 hex digits (32 bytes).")
