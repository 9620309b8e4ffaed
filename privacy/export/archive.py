"""A ZIP archive written as a stream: nothing is held but the piece at hand. Entries in, bytes out."""

import io
from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

Entry = tuple[str, Iterable[bytes]]


class _Sink(io.RawIOBase):
    """Takes what the archive writes, until it is drained; it can't be rewound, and the archive knows."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self.pieces.append(piece)
        return len(piece)

    def drain(self) -> Iterator[bytes]:
        pieces, self.pieces = self.pieces, []
        return iter(pieces)


def pieces(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The archive of these entries (name, content), piece by piece."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            with archive.open(name, "w", force_zip64=True) as entry:
                for piece in content:
                    entry.write(piece)
                    yield from sink.drain()
            yield from sink.drain()
    yield from sink.drain()
