"""The form of ciphertext: ``C5 01`` · key id · nonce · AES-256-GCM text and tag. Bytes in, bytes out."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.vault.errors import Tampered

HEADER = b"\xc5\x01"
KEY_ID = slice(2, 18)
NONCE = slice(18, 30)
BODY = slice(30, None)
SHORTEST = 30 + 1 + 16


def key_id_of(ciphertext: bytes) -> UUID:
    """The id of the key that opens this ciphertext."""
    return UUID(bytes=bytes(ciphertext[KEY_ID]))


def looks_sealed(value: bytes) -> bool:
    """Whether these bytes have the form of ciphertext (what ``privacy_lint`` looks for)."""
    return len(value) >= SHORTEST and value[:2] == HEADER


def seal(aead: AESGCM, key_id: UUID, column: str, row_id: UUID, text: str, pad: int = 1) -> bytes:
    """Seal a text to its column and row; ``pad`` hides its length up to a multiple of so many bytes."""
    nonce = os.urandom(12)
    head = HEADER + key_id.bytes
    plain = _padded(text.encode("utf-8", "surrogatepass"), pad)
    return head + nonce + aead.encrypt(nonce, plain, _associated(head, column, row_id))


def unseal(aead: AESGCM, ciphertext: bytes, column: str, row_id: UUID) -> str:
    """The text. Raises Tampered when the bytes were altered or belong to another row or column."""
    if not looks_sealed(ciphertext):
        raise Tampered(f"{column} holds something that is not ciphertext.")
    try:
        plain = aead.decrypt(
            ciphertext[NONCE], ciphertext[BODY], _associated(ciphertext[:18], column, row_id)
        )
    except InvalidTag:
        raise Tampered(f"{column} of row {row_id} does not open with its key.") from None
    return plain[: plain.rindex(b"\x80")].decode("utf-8", "surrogatepass")


def _padded(plain: bytes, block: int) -> bytes:
    """ISO/IEC 7816-4: one byte 80, then zeros to a multiple of the block."""
    marked = plain + b"\x80"
    return marked + b"\x00" * (-len(marked) % block)


def _associated(head: bytes, column: str, row_id: UUID) -> bytes:
    return head + column.encode() + b"\x00" + row_id.bytes
