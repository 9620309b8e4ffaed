"""Attachments: harmless names, proven pictures, honest types, sealed content."""

import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tickets.attaching import NewAttachment, attach, image_type, safe_filename
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def message() -> Message:
    made: Message = factories.MessageFactory()
    return made


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\Rechnung März.pdf", "Rechnung März.pdf"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("gpj.\u202egnp.exe", "gpj.gnp.exe"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("  .hidden. ", "hidden"),
        ("", "attachment"),
        ("///", "attachment"),
        ("..", "attachment"),
        ("Ma\u0308rz.txt", "März.txt"),
    ],
)
def test_a_name_is_made_harmless(given: str, kept: str) -> None:
    assert safe_filename(given) == kept


@given(st.text(st.characters(), max_size=400))
def test_no_name_does_harm(name: str) -> None:
    kept = safe_filename(name)
    assert kept
    assert len(kept) <= 200
    assert not {"/", "\\", "\x00", "\r", "\n", '"'} & set(kept)
    assert not any(unicodedata.category(c)[0] == "C" for c in kept)
    assert kept not in (".", "..")
    assert safe_filename(kept) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_filename("x" * 300 + ".pdf").endswith("x.pdf")
    assert len(safe_filename("x" * 300 + ".pdf")) <= 200


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVE", ""),
        (b"<svg xmlns=", ""),
        (b"%PDF-1.4", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_proved_by_its_first_bytes(start: bytes, kind: str) -> None:
    assert image_type(start) == kind


@pytest.mark.parametrize(
    ("name", "said", "content", "kept", "is_image"),
    [
        ("a.png", "image/png", PNG, "image/png", True),
        ("a.png", "text/html", PNG, "image/png", True),
        ("a.png", "image/png", b"<script>alert(1)</script>", "application/octet-stream", False),
        ("a.svg", "image/svg+xml", b"<svg/>", "application/octet-stream", False),
        ("a.pdf", "application/pdf; name=x", b"%PDF", "application/pdf", False),
        ("a.pdf", "nonsense", b"%PDF", "application/pdf", False),
        ("a", "Text/HTML", b"<p>", "text/html", False),
        ("a.unknown", "\r\nX: y", b"", "application/octet-stream", False),
        ("a", "a/" + "b" * 200, b"", "application/octet-stream", False),
    ],
)
def test_the_type_is_what_can_be_believed(
    message: Message, name: str, said: str, content: bytes, kept: str, is_image: bool
) -> None:
    (row,) = attach(message, [NewAttachment(name, said, content, is_inline=True)])
    assert (row.content_type, row.is_image, row.is_inline) == (kept, is_image, is_image)


def test_content_from_bytes_and_streams_is_sealed(message: Message, media: Path) -> None:
    content = b"the quick brown fox" * 9000
    stream = io.BytesIO(content)
    stream.read(7)  # somebody has looked into it
    files = [
        NewAttachment("a", "", content, "<cid@x>"),
        NewAttachment("b", "", stream),
        NewAttachment("c", "", b""),
    ]
    attach(message, files)
    rows = {row.filename: row for row in Attachment.objects.filter(message=message)}
    assert {name: row.content.read_plain() for name, row in rows.items()} == {
        "a": content,
        "b": content,
        "c": b"",
    }
    assert {name: row.size for name, row in rows.items()} == {"a": len(content), "b": len(content), "c": 0}
    assert rows["a"].content_id == "cid@x"
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3
    assert not any(b"quick brown" in path.read_bytes() for path in media.rglob("*") if path.is_file())
