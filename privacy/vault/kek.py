"""Key-encryption keys: the keys that wrap the data keys. They never touch the database."""

import base64
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from privacy.vault.errors import KeyUnavailable, Tampered

NONCE = 12
KEY_BYTES = 32
NAME = re.compile(r"[\w.-]{1,32}", re.ASCII)  # shorter than a key: it can't be mistaken for one


class Wrapped(NamedTuple):
    """A data key as it lies in the vault: whose, by which KEK wrapped, and the bytes."""

    key_id: UUID
    kek_id: str
    wrapped: bytes


class KeyEncryption(Protocol):
    """What a provider (environment, file, KMS) has to offer."""

    def current_id(self) -> str: ...

    def wrap(self, key_id: UUID, key: bytes) -> Wrapped: ...

    def unwrap_many(self, keys: Sequence[Wrapped]) -> list[bytes]: ...


class ListedKeks:
    """KEKs from the setting ``PRIVACY_KEKS`` ("id:BASE64,id:BASE64"); the first one is current."""

    def __init__(self, listed: str | None = None) -> None:
        keys = parse(settings.PRIVACY_KEKS if listed is None else listed)
        self._ciphers = {kek_id: AESGCM(key) for kek_id, key in keys.items()}

    def current_id(self) -> str:
        return next(iter(self._ciphers))

    def ids(self) -> list[str]:
        """Every id that is configured."""
        return list(self._ciphers)

    def wrap(self, key_id: UUID, key: bytes) -> Wrapped:
        nonce = os.urandom(NONCE)
        kek_id = self.current_id()
        return Wrapped(key_id, kek_id, nonce + self._ciphers[kek_id].encrypt(nonce, key, key_id.bytes))

    def unwrap_many(self, keys: Sequence[Wrapped]) -> list[bytes]:
        return [self._unwrap(key) for key in keys]

    def _unwrap(self, key: Wrapped) -> bytes:
        if key.kek_id not in self._ciphers:
            raise KeyUnavailable(
                f"The key-encryption key “{key.kek_id}” is not in PRIVACY_KEKS, "
                "but data keys are wrapped with it."
            )
        try:
            cipher = self._ciphers[key.kek_id]
            return cipher.decrypt(key.wrapped[:NONCE], key.wrapped[NONCE:], key.key_id.bytes)
        except InvalidTag:
            raise Tampered(f"The key-encryption key “{key.kek_id}” does not open what it wrapped.") from None


class FileKeks(ListedKeks):
    """KEKs from the file that ``PRIVACY_KEKS_FILE`` names, one ``id:BASE64`` a line."""

    def __init__(self) -> None:
        try:
            lines = Path(settings.PRIVACY_KEKS_FILE).read_text().split()
        except OSError as error:
            raise ImproperlyConfigured(
                f"PRIVACY_KEKS_FILE: “{settings.PRIVACY_KEKS_FILE}” can't be read ({error.strerror})."
            ) from None
        super().__init__(",".join(lines))


def parse(listed: str) -> dict[str, bytes]:
    """``"2026a:BASE64,2025a:BASE64"`` to keys by id. Raises ImproperlyConfigured naming the id at fault."""
    keys: dict[str, bytes] = {}
    entries = filter(None, (part.strip() for part in listed.split(",")))
    for position, entry in enumerate(entries, 1):
        kek_id, key = _parse_entry(position, entry)
        if kek_id in keys:
            raise ImproperlyConfigured(f"PRIVACY_KEKS: two keys are named “{kek_id}”.")
        keys[kek_id] = key
    if not keys:
        raise ImproperlyConfigured(
            "PRIVACY_KEKS is empty. Set it to “NAME:BASE64” with 32 random bytes "
            "(for example: python -c 'import os, base64; print(base64.b64encode(os.urandom(32)).decode())')."
        )
    return keys


def _parse_entry(position: int, entry: str) -> tuple[str, bytes]:
    """Name and key of one entry; what has no name may be the key itself, and isn't repeated."""
    kek_id, colon, encoded = entry.partition(":")
    if not (colon and NAME.fullmatch(kek_id)):
        raise ImproperlyConfigured(
            f"PRIVACY_KEKS: entry {position} has no name. It needs “NAME:BASE64”; "
            "a name has up to 32 letters, digits, dots, dashes."
        )
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise ImproperlyConfigured(f"PRIVACY_KEKS: the key “{kek_id}” is not valid base64.") from None
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"PRIVACY_KEKS: the key “{kek_id}” has {len(key)} bytes; it needs {KEY_BYTES}."
        )
    return kek_id, key


@cache
def provider() -> KeyEncryption:
    """The provider that the setting ``PRIVACY_KEK_PROVIDER`` names."""
    made: KeyEncryption = import_string(settings.PRIVACY_KEK_PROVIDER)()
    return made


def known_ids() -> list[str]:
    """Ids of the KEKs configured; a provider that can't list them names its current one."""
    found = provider()
    return found.ids() if isinstance(found, ListedKeks) else [found.current_id()]


def unwrap_all(keys: Iterable[Wrapped]) -> dict[UUID, bytes]:
    """Data keys by their id."""
    listed = list(keys)
    return dict(zip((key.key_id for key in listed), provider().unwrap_many(listed), strict=True))
