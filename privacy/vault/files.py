"""Sealed files: streamed in chunks, a key per file; cut, swapped, moved or flipped bytes are refused."""

import io
import os
from collections.abc import Iterable, Iterator
from typing import IO, Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from privacy import lens
from privacy.lens import Sight
from privacy.vault import keys
from privacy.vault.errors import Tampered

HEADER = b"\xc5\x02"
HEAD = 2 + 16 + 32
CHUNK = 64 * 1024
TAG = 16


class FileErasedError(FileNotFoundError):
    """The file's key was destroyed: nobody can open it again."""


def seal_stream(source: IO[bytes], key: keys.DataKey, context: bytes) -> Iterator[bytes]:
    """The sealed form of a stream, piece by piece."""
    salt = os.urandom(32)
    head = HEADER + key.id.bytes + salt
    aead = _file_key(key, salt)
    yield head
    counter, chunk = 0, _piece(source, CHUNK)
    while True:
        following = _piece(source, CHUNK)
        yield aead.encrypt(_nonce(counter, last=not following), chunk, head + context)
        if not following:
            return
        counter, chunk = counter + 1, following


def open_stream(sealed: IO[bytes], context: bytes) -> Iterator[bytes]:
    """The plain content, chunk by chunk. Raises Tampered at the first byte that is not as it was sealed."""
    head = _piece(sealed, HEAD)
    if len(head) != HEAD or head[:2] != HEADER:
        raise Tampered("This file is not a sealed file.")
    key = keys.for_reading(UUID(bytes=head[2:18]))
    if key.is_destroyed:
        raise FileErasedError("The file was erased.")
    aead = _file_key(key, head[18:])
    counter, chunk = 0, _piece(sealed, CHUNK + TAG)
    while True:
        following = _piece(sealed, CHUNK + TAG)
        try:
            yield aead.decrypt(_nonce(counter, last=not following), chunk, head + context)
        except InvalidTag:
            raise Tampered(f"Chunk {counter} of a sealed file does not open.") from None
        if not following:
            return
        counter, chunk = counter + 1, following


def _piece(source: IO[bytes], size: int) -> bytes:
    """As many bytes as wanted, fewer only at the end: sockets, pipes and object stores may read short."""
    piece = source.read(size)
    while piece and len(piece) < size and (more := source.read(size - len(piece))):
        piece += more
    return piece


def _file_key(key: keys.DataKey, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"sealed file").derive(key.secret))


def _nonce(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])


class PieceReader(io.RawIOBase):
    """Pieces of bytes as a stream that can be read once, without holding more than one piece."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Storages rewind before they read; nothing has been read by then."""
        if offset or whence:
            raise io.UnsupportedOperation("seek")
        return 0

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked for, fewer only at the end: an upload in parts takes a short read for the end."""
        if size < 0:
            return self.readall()
        found: list[memoryview] = []
        while size and (part := self._part(size)):
            found.append(part)
            size -= len(part)
        return b"".join(found)

    def readinto(self, buffer: Any) -> int:
        part = self._part(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def _part(self, most: int) -> memoryview:
        """Some of what comes next, from one piece; nothing at the end. No byte is copied for it."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left = memoryview(piece)
        part, self._left = self._left[:most], self._left[most:]
        return part


class PieceFile(File):
    """A file of pieces for Django's storages."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__(PieceReader(pieces), name="sealed")  # type: ignore[arg-type]

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        reader: Any = self.file
        while piece := reader.read(chunk_size or CHUNK):
            yield piece


def random_name() -> str:
    """A name for a stored file that says nothing of it."""
    return f"{uuid4().hex[:2]}/{uuid4().hex}"


class SealedFieldFile(FieldFile):
    """The sealed file of a row. ``open_plain`` reads it; saving seals what is given."""

    field: "SealedFileField"
    instance: Any

    def save(self, name: str, content: Any, save: bool = True) -> None:
        """Seal the content under a random name; the old file goes when the transaction is through."""
        before = self.name
        content.seek(0)
        self.name = self._store(random_name(), content)
        setattr(self.instance, self.field.attname, self.name)
        self._committed = True
        if before and before != self.name:
            transaction.on_commit(lambda: self.storage.delete(before))
        if save:
            self.instance.save()

    def reserve(self) -> None:
        """Choose the name before anything is written: once the row is saved, no half file is nobody's."""
        self.name = random_name()
        setattr(self.instance, self.field.attname, self.name)

    def fill(self, content: IO[bytes]) -> None:
        """Seal the content under the name that was reserved; what a killed process left there goes first."""
        assert self.name
        self.storage.delete(self.name)
        self._store(self.name, content)

    def _store(self, name: str, content: IO[bytes]) -> str:
        key = keys.for_writing(self.instance.data_subject_id())
        pieces = seal_stream(content, key, self.field.context(self.instance))
        return self.storage.save(name, PieceFile(pieces))

    def plain_chunks(self) -> Iterator[bytes]:
        """The content in pieces of 64 KiB at most.

        Raises FileErasedError, Tampered; FileNotFoundError also for who may not see it.
        """
        if lens.of(self.instance, self.field.name) != Sight.CLEAR:
            raise FileNotFoundError("This file is not shown to whoever looks.")
        with self.storage.open(self.name or "", "rb") as sealed:
            yield from open_stream(sealed, self.field.context(self.instance))

    def open_plain(self) -> IO[bytes]:
        """The content as a stream that can be read once."""
        return io.BufferedReader(PieceReader(self.plain_chunks()))

    def read_plain(self) -> bytes:
        """The whole content: for what is known to be small."""
        return b"".join(self.plain_chunks())


class SealedFileField(models.FileField):
    """A file, sealed under its row's data subject; the column holds nothing but its random name."""

    attr_class = SealedFieldFile

    def __init__(self, *args: Any, column: str = "", **kwargs: Any) -> None:
        self.column_id = column
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "column": self.column_id}

    def contribute_to_class(self, cls: Any, name: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **kwargs)
        if not cls._meta.abstract:
            self.column_id = self.column_id or f"{cls._meta.app_label}.{cls._meta.model_name}.{name}"

    def context(self, instance: Any) -> bytes:
        """What the file is bound to: its column and row."""
        return self.column_id.encode() + b"\x00" + instance.id.bytes


def as_file(content: bytes | IO[bytes]) -> File:
    """Bytes or a stream as a Django file."""
    return ContentFile(content) if isinstance(content, bytes) else File(content)
