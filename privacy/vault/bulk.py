"""Opening many values of one column at once, without their rows: for what goes through whole tables."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag

from privacy.vault import cipher, keys
from privacy.vault.errors import Tampered

Ring = dict[bytes, Callable[[bytes, bytes, bytes], bytes] | None]
"""By the id of a key, what opens with it; None where it was destroyed."""


def expect(columns: Iterable[Sequence[bytes | None]], known: Ring) -> Ring:
    """What these columns of ciphertext need, in one query; ``known`` ones aren't asked for. Raises KeyUnavailable."""
    wanted = {value[cipher.KEY_ID] for column in columns for value in column if value is not None}
    found = known if len(known) < keys.KEPT else {}
    missing = wanted - found.keys()
    read = keys.read_many(missing)
    return found | {key_id: None if aead is None else aead.decrypt for key_id, aead in read.items()}


def opened(
    column_id: str, ids: Sequence[bytes], values: Sequence[bytes | None], ring: Ring
) -> list[str | None]:
    """The texts of a column, in order; None where there is nothing, or nothing any more.

    ``ids`` are the rows' uuids as bytes. Raises Tampered, as opening one by one does.
    """
    name = column_id.encode() + b"\x00"
    found: list[str | None] = []
    row_id = b""
    try:
        for row_id, sealed in zip(ids, values, strict=True):
            if sealed is None or (decrypt := ring[sealed[cipher.KEY_ID]]) is None:
                found.append(None)
                continue
            plain = decrypt(sealed[cipher.NONCE], sealed[cipher.BODY], sealed[:18] + name + row_id)
            found.append(plain[: plain.rindex(b"\x80")].decode("utf-8", "surrogatepass"))
    except InvalidTag:
        raise Tampered(f"{column_id} of row {UUID(bytes=row_id)} does not open with its key.") from None
    return found
