"""The scanner sees through every disguise, and looks into every place: shown on needles that were planted."""

import base64
import bz2
import gzip
import io
import json
import lzma
import quopri
import zipfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connections

from contacts.models import Organisation
from helpdesk.celery import app
from tests.forensics import places
from tests.forensics.places import Scene
from tests.forensics.scanner import Scanner

WORD = "Nädelkissen"


def zipped(data: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", data)
    return written.getvalue()


PLAIN = f"some words before {WORD} and after".encode()
HIDDEN: dict[str, bytes] = {
    "utf-8": PLAIN,
    "latin-1": PLAIN.decode().encode("latin-1"),
    "utf-16": PLAIN.decode().encode("utf-16"),
    "utf-16-be": PLAIN.decode().encode("utf-16-be"),
    "utf-32": PLAIN.decode().encode("utf-32"),
    "upper case": PLAIN.decode().upper().encode(),
    "hex": PLAIN.hex().encode(),
    "bytea of PostgreSQL": b"\\x" + PLAIN.hex().encode(),
    "base64, first": base64.b64encode(PLAIN),
    "base64, second": base64.b64encode(b"x" + PLAIN),
    "base64, third": base64.b64encode(b"xy" + PLAIN),
    "base64 for addresses": base64.urlsafe_b64encode(b"?" + PLAIN),
    "base64 of utf-16": base64.b64encode(PLAIN.decode().encode("utf-16-le")),
    "quoted-printable": quopri.encodestring(PLAIN),
    "percent": quote(PLAIN.decode()).encode(),
    "JSON": json.dumps(PLAIN.decode()).encode(),
    "entities": PLAIN.decode().encode("ascii", "xmlcharrefreplace"),
    "turned round": PLAIN.decode().encode("latin-1")[::-1],
    "gzip": gzip.compress(PLAIN),
    "zlib": zlib.compress(PLAIN),
    "zlib, fast": zlib.compress(PLAIN, 1),
    "bzip2": bz2.compress(PLAIN),
    "xz": lzma.compress(PLAIN),
    "zip": zipped(PLAIN),
    "zip in gzip": gzip.compress(b"....." + zipped(PLAIN)),
    "base64 of JSON": base64.b64encode(json.dumps({"words": PLAIN.decode()}).encode()),
    "base64 in zlib": zlib.compress(base64.b64encode(b"xy" + PLAIN)),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_no_disguise_hides_a_word(name: str) -> None:
    scanner = Scanner((WORD,))
    for around in (b"", b"\x00\x78\x9c\x1f\x8b" * 50):
        assert scanner.hits(around + HIDDEN[name] + around) == {WORD}


def test_what_is_not_there_is_not_found() -> None:
    scanner = Scanner((WORD, "another word"))
    assert scanner.hits(b"\x78\x9c\x1f\x8b\x08PK\x03\x04BZh" * 1000) == set()
    assert scanner.hits(PLAIN) == {WORD}


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_every_place_is_looked_into(tmp_path: Path) -> None:
    """A row, a row that is gone, a key, a message to the broker, a file, a line of a log: each in its place."""
    since = places.wal_position()
    Organisation(name=f"{WORD} row", domain="row.example").save()
    with connections["vault"].cursor() as cursor:
        cursor.execute("INSERT INTO vault_sentinel VALUES (%s, gen_random_uuid(), '')", [f"{WORD} vault"])
    lost = Organisation(name=f"{WORD} lost", domain="lost.example")
    lost.save()
    with connections["default"].cursor() as cursor:
        for table in ("contacts_organisation", "contacts_historicalorganisation"):
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [lost.pk])
    cache.set("x", f"{WORD} cache", 60)
    with app.connection_for_write() as broker:
        queue = broker.SimpleQueue("forensics")
        queue.put({"word": f"{WORD} broker"})
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "x").write_bytes(zlib.compress(f"{WORD} file".encode()))
    scene = Scene(since, (tmp_path / "files",), log=f"a line with {WORD} log")
    kinds: dict[str, Any] = {
        "row": {"dump", "base", "pg_wal"},
        "vault": {"dump", "base", "pg_wal", "pg_stat_activity"},
    }
    kinds |= {"lost": {"base", "pg_wal"}, "cache": {"valkey"}, "broker": {"valkey"}}
    kinds |= {"file": {"file"}, "log": {"log"}}
    scanner = Scanner(tuple(f"{WORD} {kind}" for kind in kinds), WORD)
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    for place, data in places.everything(scene):
        for word in scanner.hits(data):
            found[word.removeprefix(f"{WORD} ")].add(place.split("/")[0].split(" ")[0])
    with app.connection_for_write() as broker:
        broker.SimpleQueue("forensics").clear()
    assert found == kinds
