"""Blind indexes: keyed hashes by which an identifier is found without being readable (HMAC-SHA-256)."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

LENGTH = 16


def mac(domain: str, text: str, length: int = LENGTH) -> bytes:
    """HMAC-SHA-256 under the index key, separated by domain, cut to ``length`` bytes."""
    key = bytes.fromhex(settings.PRIVACY_INDEX_KEY)
    return hmac.new(
        key, domain.encode() + b"\x00" + text.encode("utf-8", "surrogatepass"), hashlib.sha256
    ).digest()[:length]


@dataclass(frozen=True)
class BlindIndex:
    """An index over one kind of identifier: its domain (constant for ever) and how a value is normalised."""

    domain: str
    normalise: Callable[[str], str]

    def of(self, value: str) -> bytes:
        """The index of a value; ValueError of ``normalise`` passes through."""
        return mac(self.domain, self.normalise(value))
