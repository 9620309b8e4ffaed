"""Opening many values of one column at once, without their rows: for what goes through whole tables."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from privacy.vault import cipher, keys
from privacy.vault.errors import Tampered

KEY = slice(2, 18)


def expect(columns: Iterable[Sequence[Any]], known: dict[bytes, keys.DataKey]) -> dict[bytes, keys.DataKey]:
    """The keys that these columns of ciphertext need, in few queries; ``known`` ones aren't asked for."""
    wanted = {bytes(value[KEY]) for column in columns for value in column if value is not None}
    found = known if len(known) < keys.KEPT else {}
    ids = {each: UUID(bytes=each) for each in wanted - found.keys()}
    for key_id in ids.values():
        keys.expect(key_id)
    return found | {each: keys.for_reading(key_id) for each, key_id in ids.items()}


def opened(
    column_id: str, ids: Sequence[bytes], values: Sequence[Any], ring: dict[bytes, keys.DataKey]
) -> list[str | None]:
    """The texts of a column, in order; None where there is nothing, or nothing any more.

    ``ids`` are the rows' uuids as bytes. Raises Tampered, as opening one by one does.
    """
    name = column_id.encode() + b"\x00"
    found: list[str | None] = []
    for row_id, value in zip(ids, values, strict=True):
        if value is None:
            found.append(None)
            continue
        sealed = bytes(value)
        key = ring[sealed[KEY]]
        if key.is_destroyed:
            found.append(None)
            continue
        try:
            plain = key.aead.decrypt(
                sealed[cipher.NONCE], sealed[cipher.BODY], sealed[:18] + name + bytes(row_id)
            )
        except InvalidTag:
            raise Tampered(
                f"{column_id} of row {UUID(bytes=bytes(row_id))} does not open with its key."
            ) from None
        found.append(plain[: plain.rindex(b"\x80")].decode("utf-8", "surrogatepass"))
    return found
