"""The scanner: finds words in bytes, whatever they are encoded as, and inside of what is packed."""

import base64
import bz2
import io
import lzma
import quopri
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from tests.promises.haystack import disguises, in_base64, written

DEEPEST = 4
BASE64 = re.compile(rb"((?:[A-Za-z0-9+/_-]{4}){6,})")
FOR_ADDRESSES = bytes.maketrans(b"-_", b"+/")
MOST = 64 * 1024 * 1024
LONGEST_STREAM = 4 * 1024 * 1024


def _unzipped(data: memoryview) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


def _inflated(data: memoryview) -> bytes:
    return zlib.decompressobj().decompress(data, MOST)


def _ungzipped(data: memoryview) -> bytes:
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, MOST)


#: How packed data begins, and how it is opened.
PACKED: tuple[tuple[bytes, Callable[[memoryview], bytes]], ...] = (
    (b"\x1f\x8b\x08", _ungzipped),
    (b"\x78\x01", _inflated),
    (b"\x78\x5e", _inflated),
    (b"\x78\x9c", _inflated),
    (b"\x78\xda", _inflated),
    (b"PK\x03\x04", _unzipped),
    (b"BZh", lambda data: bz2.BZ2Decompressor().decompress(data, MOST)),
    (b"\xfd7zXZ\x00", lambda data: lzma.LZMADecompressor().decompress(data, MOST)),
)


@dataclass(frozen=True)
class Forms:
    """What a word may look like: ``folded`` is looked for whatever the case of letters, ``exact`` as it stands."""

    folded: tuple[bytes, ...]
    exact: tuple[bytes, ...]

    def are_in(self, data: bytes, folded: bytes) -> bool:
        return any(form in folded for form in self.folded) or any(form in data for form in self.exact)


class Scanner:
    """Looks for these words; first for the ``stem`` that all of them begin with, if one is named: that is quicker."""

    def __init__(self, words: tuple[str, ...], stem: str = "") -> None:
        self.stem = forms_of(stem) if stem else None
        self.words = {word: forms_of(word) for word in words}

    def hits(self, data: bytes, depth: int = 0) -> set[str]:
        """The words that lie readable in this data, or in whatever is packed in it."""
        folded, found = data.lower(), set()
        if self.stem is None or self.stem.are_in(data, folded):
            found = {word for word, forms in self.words.items() if forms.are_in(data, folded)}
        if depth < DEEPEST and len(found) < len(self.words):
            for inner in _inside(data):
                found |= self.hits(inner, depth + 1)
        return found


def forms_of(word: str) -> Forms:
    """Every form of a word."""
    exact = {form for raw in written(word) for form in in_base64(raw)}
    folded = {form.lower() for form in _forms(word) if form not in exact}
    return Forms(tuple(sorted(folded)), tuple(sorted(exact)))


def _forms(word: str) -> Iterator[bytes]:
    """As haystack's, and: quoted-printable, both byte orders of wide characters, words turned round in pairs."""
    for form in disguises(word):
        yield form
        if len(form) == len(word):
            yield form[::-1]  # a number read in the other byte order
            yield b"".join(form[at : at + 2][::-1] for at in range(0, len(form), 2))
    for encoding in ("utf-8", "latin-1", "cp1252"):
        yield quopri.encodestring(word.encode(encoding, "replace")).strip()
    for encoding in ("utf-32-le", "utf-32-be", "utf-7"):
        yield word.encode(encoding)
    yield "".join(f"&#x{ord(each):x};" for each in word).encode()
    yield "".join(f"&#{ord(each)};" for each in word).encode()
    yield "".join(f"\\u{ord(each):04x}" for each in word).encode()
    yield "".join(f"%{byte:02x}" for byte in word.encode()).encode()
    yield "".join(f"%{byte:02X}" for byte in word.encode()).encode()


def _inside(data: bytes) -> Iterator[bytes]:
    """What is packed somewhere in this data, opened as far as it opens; the broker packs JSON into base64."""
    for run in BASE64.finditer(data):
        yield base64.b64decode(run[1].translate(FOR_ADDRESSES))
    seen = memoryview(data)
    for magic, opened in PACKED:
        at = data.find(magic)
        while at >= 0:
            with suppress(zlib.error, OSError, ValueError, EOFError, lzma.LZMAError, zipfile.BadZipFile):
                yield opened(seen[at : at + LONGEST_STREAM])  # an error: it only looked like that
            at = data.find(magic, at + 1)
