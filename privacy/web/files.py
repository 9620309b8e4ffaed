"""Sealed files on their way to a browser: streamed, downloaded unless proven a picture, never cached."""

from collections.abc import Callable, Iterator

from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

from privacy.vault.fields import is_erased
from privacy.vault.files import FileErasedError, SealedFieldFile

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def sealed_file_response(
    file: SealedFieldFile,
    *,
    filename: str,
    content_type: str,
    as_picture: bool = False,
    arrived: Callable[[], None] = lambda: None,
) -> StreamingHttpResponse:
    """Open the file and stream it; 404 when it was erased. ``as_picture`` is for files proved to be images.

    ``arrived`` is called when the last byte was handed over: not, if the download breaks off.
    """
    try:
        chunks = file.plain_chunks()
        first = next(chunks, b"")
    except (FileErasedError, FileNotFoundError):
        raise Http404 from None
    name = "erased" if is_erased(filename) else filename
    kind = content_type if as_picture else "application/octet-stream"
    answer = StreamingHttpResponse(_after(first, chunks, arrived), content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(not as_picture, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = POLICY
    answer["Cache-Control"] = "private, no-store"
    return answer


def _after(first: bytes, rest: Iterator[bytes], arrived: Callable[[], None]) -> Iterator[bytes]:
    yield first
    yield from rest
    arrived()
