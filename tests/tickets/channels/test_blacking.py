"""Mails as they came, without words: rewritten where that can be done for sure, emptied where not."""

import base64
from email.message import EmailMessage

import pytest

from privacy.redaction import pattern
from tickets.channels.email.blacking import EMPTIED, without
from tickets.channels.email.parsing import parse

WORDS = pattern(["Anna Ahrens", "4111 1111 1111 1111"])


def letter(text: str = "", html: str = "", subject: str = "Order", **fields: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Post <post@shop.example>", "help@desk.example", subject
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def gone(raw: bytes) -> bool:
    mail = parse(raw)
    return not any(
        WORDS.search(text) for text in (mail.subject, mail.body_text, mail.body_html, mail.from_name)
    )


@pytest.mark.parametrize(
    "raw",
    [
        letter("It was Anna Ahrens, card 4111 1111 1111 1111. Bye"),
        letter("It was Anna\nAhrens. Bye", html="<p>It was <b>Anna</b> Ahrens. Bye</p>"),
        letter("Grüße: Anna Ahrens, Größe 4. Bye"),
        letter("Bye", subject="About Anna Ahrens – größer"),
        letter("Bye", Reply_To='"Anna Ahrens" <a@b.example>', subject="Anna Ahrens"),
        letter("> It was Anna\n> Ahrens\n\nBye"),
    ],
)
def test_what_can_be_rewritten_is(raw: bytes) -> None:
    left, count = without(raw, WORDS)
    assert count
    assert gone(left)
    assert b"Anna Ahrens" not in left
    assert "Bye" in parse(left).body_text


def test_what_holds_none_of_it_stays_byte_for_byte() -> None:
    raw = letter("Nothing of the kind")
    assert without(raw, WORDS) == (raw, 0)


def test_what_cant_be_rewritten_for_sure_is_emptied() -> None:
    """A container inside which we read, but don't write."""
    inner = base64.encodebytes(letter("It was Anna Ahrens")).decode()
    raw = (
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"
        f"begin 644 x\r\nIt was Anna Ahrens\r\n{inner}\r\nend\r\n--b--\r\n"
    ).encode()
    left, count = without(raw, WORDS)
    assert (left == EMPTIED and count > 0) or (gone(left) and b"Anna Ahrens" not in left)
