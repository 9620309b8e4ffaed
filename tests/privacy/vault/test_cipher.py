"""The form of ciphertext, and that it opens for nobody but its row and column."""

import os
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import cipher
from privacy.vault.errors import Tampered

KEY_ID = UUID("11111111-2222-4333-8444-555555555555")
ROW = UUID("018f0000-0000-7000-8000-000000000001")
COLUMN = "contacts.contact.full_name"
AEAD = AESGCM(bytes(range(32)))
any_text = st.text(st.characters(), max_size=400)  # lone surrogates, controls and all


def seal(text: str, *, pad: int = 1, column: str = COLUMN, row: UUID = ROW) -> bytes:
    return cipher.seal(AEAD, KEY_ID, column, row, text, pad)


@given(any_text, st.sampled_from([1, 16, 32]))
def test_any_text_comes_back(text: str, pad: int) -> None:
    assert cipher.unseal(AEAD, seal(text, pad=pad), COLUMN, ROW) == text


@pytest.mark.parametrize("text", ["", "\ud800", "a\x80", "\x00", "\x80\x00", "é" * 31, "x" * 32, "🜁"])
def test_texts_that_look_like_padding_come_back(text: str) -> None:
    assert cipher.unseal(AEAD, seal(text, pad=32), COLUMN, ROW) == text


def test_the_form_is_header_key_id_nonce_text_and_tag() -> None:
    sealed = seal("Anna")
    assert (sealed[:2], sealed[2:18], len(sealed)) == (b"\xc5\x01", KEY_ID.bytes, 2 + 16 + 12 + 4 + 1 + 16)
    plain = AEAD.decrypt(sealed[18:30], sealed[30:], sealed[:18] + COLUMN.encode() + b"\x00" + ROW.bytes)
    assert plain == b"Anna\x80"
    assert cipher.key_id_of(sealed) == KEY_ID


@given(st.text(max_size=100))
def test_the_length_is_hidden_in_steps(text: str) -> None:
    plain = len(seal(text, pad=32)) - 2 - 16 - 12 - 16
    assert plain == (len(text.encode("utf-8", "surrogatepass")) // 32 + 1) * 32


@given(st.text(min_size=4, max_size=60))
def test_ciphertext_holds_no_plaintext_and_never_repeats(text: str) -> None:
    one, other = seal(text), seal(text)
    assert one != other
    assert text.encode("utf-8", "surrogatepass") not in one


@given(any_text, st.data())
def test_any_bit_flipped_is_refused(text: str, data: st.DataObject) -> None:
    sealed = bytearray(seal(text))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(Tampered):
        cipher.unseal(AEAD, bytes(sealed), COLUMN, ROW)


@given(st.binary(max_size=120))
def test_arbitrary_bytes_are_refused(noise: bytes) -> None:
    for candidate in (noise, cipher.HEADER + noise):
        with pytest.raises(Tampered):
            cipher.unseal(AEAD, candidate, COLUMN, ROW)


@given(st.integers(0, 70))
def test_cut_text_is_refused(length: int) -> None:
    sealed = seal("a text that is long enough to cut")
    with pytest.raises(Tampered):
        cipher.unseal(AEAD, sealed[: min(length, len(sealed) - 1)], COLUMN, ROW)


def test_another_row_column_or_key_does_not_open_it() -> None:
    sealed = seal("Anna")
    for aead, column, row in (
        (AEAD, COLUMN, UUID(int=ROW.int + 1)),
        (AEAD, "contacts.contact.notes", ROW),
        (AESGCM(os.urandom(32)), COLUMN, ROW),
    ):
        with pytest.raises(Tampered):
            cipher.unseal(aead, sealed, column, row)


def test_a_column_whose_name_continues_another_is_another() -> None:
    with pytest.raises(Tampered):
        cipher.unseal(AEAD, seal("Anna", column="a.b.c"), "a.b.cd", ROW)


def test_what_went_wrong_is_told_without_the_text() -> None:
    with pytest.raises(Tampered) as caught:
        cipher.unseal(AEAD, b"plain Anna Beispiel, in clear, long enough to be sealed", COLUMN, ROW)
    assert "Anna" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "sealed"),
    [
        (b"", False),
        (b"Anna", False),
        (b"\xc5\x01", False),
        (b"\xc5\x01" + bytes(45), True),
        (b"\xc5\x02" + bytes(45), False),
    ],
)
def test_what_looks_sealed(value: bytes, sealed: bool) -> None:
    assert cipher.looks_sealed(value) is sealed
