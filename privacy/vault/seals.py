"""Seals: keyed hashes that show whether what was written is still what was written (HMAC-SHA-256)."""

import hashlib
import hmac

from django.conf import settings

LENGTH = 32


def seal(domain: str, content: bytes) -> bytes:
    """The seal of this content under the seal key, separated by domain."""
    key = bytes.fromhex(settings.PRIVACY_SEAL_KEY)
    return hmac.new(key, domain.encode() + b"\x00" + content, hashlib.sha256).digest()


def is_whole(domain: str, content: bytes, sealed: bytes) -> bool:
    """Whether this is our seal of this content."""
    return hmac.compare_digest(seal(domain, content), sealed)
