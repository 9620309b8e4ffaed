"""Everything that the installation has written anywhere, and a way to find words in whatever disguise."""

import base64
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connections

from privacy.models import Session

STABLE = {0: 0, 1: 2, 2: 3}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def disguises(word: str) -> set[bytes]:
    """The word as bytes: in four encodings, as hex, base64 in each alignment, percent and JSON escapes."""
    found: set[bytes] = set()
    for raw in written(word):
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode(), *in_base64(raw)}
    for text in cases(word):
        found |= {quote(text).encode(), json.dumps(text)[1:-1].encode()}
        found.add(text.encode("ascii", "xmlcharrefreplace"))
    return found


def cases(word: str) -> set[str]:
    """The word in small letters, in capitals, and as it is."""
    return {word, word.lower(), word.upper(), word.title(), word.casefold()}


def written(word: str) -> set[bytes]:
    """The word in each encoding of text."""
    return {text.encode(encoding, "replace") for text in cases(word) for encoding in ENCODINGS}


def in_base64(raw: bytes) -> Iterator[bytes]:
    for offset, start in STABLE.items():
        padded = bytes(offset) + raw
        whole = len(padded) - len(padded) % 3
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded[:whole])[start:]


def leaks(words: Iterable[str], media: Path, log: str) -> dict[str, list[str]]:
    """Which words lie in clear, and where."""
    places = [*_tables(), *_statistics(), *_sessions(), *_cache(), *_files(media), ("log", log.encode())]
    found = {}
    for word in words:
        wanted = disguises(word)
        if where := {place for place, content in places if any(each in content for each in wanted)}:
            found[word] = sorted(where)
    return found


def _tables() -> Iterator[tuple[str, bytes]]:
    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            for (table,) in cursor.fetchall():
                for form in ("text", "binary"):
                    copied = io.BytesIO()
                    cursor.cursor.copy_expert(f'COPY "{table}" TO STDOUT (FORMAT {form})', copied)
                    yield f"{alias}.{table}", copied.getvalue()


def _statistics() -> Iterator[tuple[str, bytes]]:
    """What the planner remembers of the values."""
    with connections["default"].cursor() as cursor:
        cursor.execute("ANALYZE")
        copied = io.BytesIO()
        cursor.cursor.copy_expert(
            "COPY (SELECT * FROM pg_stats WHERE schemaname = 'public') TO STDOUT", copied
        )
        yield "pg_stats", copied.getvalue()


def _sessions() -> Iterator[tuple[str, bytes]]:
    """Sessions lie compressed: opened here."""
    for session in Session.objects.all():
        yield "session", repr(session.get_decoded()).encode()


def _cache() -> Iterator[tuple[str, bytes]]:
    """Every key and value of Redis: cache, limits, lock-outs, and the broker's messages."""
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    for key in server.scan_iter():
        read = {
            b"string": server.get,
            b"list": lambda key: server.lrange(key, 0, -1),
            b"set": server.smembers,
            b"hash": server.hgetall,
            b"zset": lambda key: server.zrange(key, 0, -1),
        }.get(server.type(key))
        if read is None:
            continue  # it has just expired
        yield "redis", key + repr(read(key)).encode()


def _files(media: Path) -> Iterator[tuple[str, bytes]]:
    for path in media.rglob("*"):
        if path.is_file():
            yield "file", str(path.relative_to(media)).encode() + path.read_bytes()
