"""Sealed files: what comes back, what is refused, and how little memory it takes."""

import hashlib
import io
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile

from privacy.vault import keys
from privacy.vault.errors import SubjectErased, Tampered
from privacy.vault.files import (
    CHUNK,
    HEAD,
    HEADER,
    TAG,
    FileErasedError,
    PieceReader,
    open_stream,
    seal_stream,
)
from tests import factories
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 5 * CHUNK + 7]
SEALED_CHUNK = CHUNK + TAG
CONTEXT = b"tickets.attachment.content\x00row"


@pytest.fixture
def key() -> keys.DataKey:
    """A data key that the keyring of this test holds."""
    secret = bytes(range(32))
    made = keys.DataKey(uuid4(), secret, AESGCM(secret))
    keys._ring.opened[made.id] = made
    return made


def content_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def sealed_by(key: keys.DataKey, size: int, context: bytes = CONTEXT) -> bytes:
    return b"".join(seal_stream(io.BytesIO(content_of(size)), key, context))


def opened(sealed: bytes, context: bytes = CONTEXT) -> bytes:
    return b"".join(open_stream(io.BytesIO(sealed), context))


@pytest.mark.parametrize("size", SIZES)
def test_content_of_any_size_comes_back(key: keys.DataKey, size: int) -> None:
    sealed = sealed_by(key, size)
    chunks = max(1, -(-size // CHUNK))
    assert (sealed[:2], sealed[2:18]) == (HEADER, key.id.bytes)
    assert len(sealed) == HEAD + size + chunks * TAG
    assert opened(sealed) == content_of(size)


class Dribble(io.RawIOBase):
    """A source that hands out less than it is asked for, as sockets and pipes do."""

    def __init__(self, content: bytes, most: int) -> None:
        self.inner, self.most = io.BytesIO(content), most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        piece = self.inner.read(min(len(buffer), self.most))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("most", [1000, CHUNK - 1, CHUNK])
def test_sources_that_read_short_are_sealed_and_opened_all_the_same(key: keys.DataKey, most: int) -> None:
    content = content_of(3 * CHUNK + 5)
    source: IO[bytes] = Dribble(content, most)  # type: ignore[assignment]
    sealed = b"".join(seal_stream(source, key, CONTEXT))
    assert opened(sealed) == content
    stored: IO[bytes] = Dribble(sealed, most)  # type: ignore[assignment]
    assert b"".join(open_stream(stored, CONTEXT)) == content


@pytest.mark.parametrize("size", SIZES)
def test_a_file_cut_anywhere_is_refused(key: keys.DataKey, size: int) -> None:
    sealed = sealed_by(key, size)
    borders = {HEAD + n * SEALED_CHUNK for n in range(8)}
    cuts = {0, 1, HEAD - 1, HEAD, len(sealed) - 1, len(sealed) - TAG} | borders
    for length in sorted(cut for cut in cuts if cut < len(sealed)):
        with pytest.raises(Tampered):
            opened(sealed[:length])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tail", [b"\x00", bytes(TAG), bytes(SEALED_CHUNK)])
def test_appended_bytes_are_refused(key: keys.DataKey, size: int, tail: bytes) -> None:
    with pytest.raises(Tampered):
        opened(sealed_by(key, size) + tail)


def test_reordered_doubled_and_foreign_chunks_are_refused(key: keys.DataKey) -> None:
    sealed, other = sealed_by(key, 3 * CHUNK + 9), sealed_by(key, 3 * CHUNK + 9)
    head, *chunks = [sealed[:HEAD], *_chunks(sealed)]
    foreign = _chunks(other)
    for changed in (
        [chunks[1], chunks[0], chunks[2], chunks[3]],
        [chunks[0], chunks[0], *chunks[1:]],
        [chunks[0], chunks[2], chunks[3]],
        [foreign[0], *chunks[1:]],
    ):
        with pytest.raises(Tampered):
            opened(head + b"".join(changed))


def _chunks(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SEALED_CHUNK] for at in range(HEAD, len(sealed), SEALED_CHUNK)]


def test_every_part_is_protected_from_a_flipped_bit(key: keys.DataKey) -> None:
    sealed = sealed_by(key, CHUNK + 100)
    starts = (0, 1, 18, 30, HEAD, HEAD + 1000, HEAD + CHUNK, HEAD + SEALED_CHUNK)
    for at in (*starts, HEAD - 1, HEAD + CHUNK + TAG - 1, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(Tampered):
            opened(bytes(changed))


def test_nothing_of_a_broken_chunk_is_handed_out(key: keys.DataKey) -> None:
    sealed = bytearray(sealed_by(key, 2 * CHUNK))
    sealed[-1] ^= 1
    pieces = open_stream(io.BytesIO(bytes(sealed)), CONTEXT)
    assert next(pieces) == content_of(2 * CHUNK)[:CHUNK]
    with pytest.raises(Tampered):
        next(pieces)


def test_another_row_or_column_does_not_open_it(key: keys.DataKey) -> None:
    with pytest.raises(Tampered):
        opened(sealed_by(key, 10), b"tickets.attachment.content\x00another row")


def test_sealed_twice_it_never_looks_the_same(key: keys.DataKey) -> None:
    one, other = sealed_by(key, 100), sealed_by(key, 100)
    assert one[HEAD:] != other[HEAD:]
    assert content_of(100)[:16] not in one


def test_memory_stays_constant_however_big_the_file_is(key: keys.DataKey) -> None:
    size, digest, plain = 0, hashlib.sha256(), hashlib.sha256()
    block = content_of(CHUNK)

    def source() -> Iterator[bytes]:
        for _ in range(400):
            plain.update(block)
            yield block

    tracemalloc.start()
    sealed: IO[bytes] = io.BufferedReader(
        PieceReader(seal_stream(io.BufferedReader(PieceReader(source())), key, CONTEXT))  # type: ignore[arg-type]
    )
    for piece in open_stream(sealed, CONTEXT):
        digest.update(piece)
        size += len(piece)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 400 * CHUNK
    assert digest.digest() == plain.digest()
    assert peak < 20 * CHUNK  # 25 MB went through


# -- in a row


@pytest.fixture
def message(department: object) -> Message:
    made: Message = factories.MessageFactory()
    return made


def attached(message: Message, content: bytes) -> Attachment:
    made = Attachment(message=message, filename="a.bin", size=len(content))
    made.content.save("passport of Anna.pdf", ContentFile(content), save=False)
    made.save()
    return made


def test_a_row_keeps_its_file_sealed_under_a_random_name(message: Message, media: Path) -> None:
    row = attached(message, b"the content " * 1000)
    stored = media / row.content.name
    assert row.content.name.count("/") == 1
    assert not {"passport", "Anna", "pdf"} & set(row.content.name.replace("/", " ").replace(".", " ").split())
    assert stored.read_bytes()[:2] == HEADER
    assert b"the content" not in stored.read_bytes()
    again = Attachment.objects.get(pk=row.pk)
    assert again.content.read_plain() == b"the content " * 1000
    with again.content.open_plain() as stream:
        assert stream.read(15) == b"the content the"


def test_assigned_files_are_sealed_as_well(message: Message, media: Path) -> None:
    row = Attachment(message=message, filename="x")
    row.content = ContentFile(b"assigned plainly", name="anna.txt")
    row.save()
    assert b"assigned" not in (media / row.content.name).read_bytes()
    assert "anna" not in row.content.name
    assert Attachment.objects.get(pk=row.pk).content.read_plain() == b"assigned plainly"


def test_a_file_put_into_another_row_does_not_open(message: Message) -> None:
    one, other = attached(message, b"one"), attached(message, b"other")
    other.content.name = one.content.name
    with pytest.raises(Tampered):
        other.content.read_plain()


def test_a_replaced_file_goes_when_the_transaction_is_through(
    message: Message, media: Path, django_capture_on_commit_callbacks: object
) -> None:
    row = attached(message, b"first")
    first = media / row.content.name
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        row.content.save("", ContentFile(b"second"))
        assert first.exists()
    assert not first.exists()
    assert Attachment.objects.get(pk=row.pk).content.read_plain() == b"second"


def test_files_of_an_erased_person_are_gone_and_none_can_be_added(message: Message) -> None:
    row = attached(message, b"gone soon")
    keys.destroy(message.ticket.requester_id)
    with pytest.raises(FileErasedError):
        Attachment.objects.get(pk=row.pk).content.read_plain()
    with pytest.raises(SubjectErased):
        attached(message, b"too late")
