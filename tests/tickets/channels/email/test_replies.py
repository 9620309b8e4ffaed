"""Replies come out of real mails whole, without what they quote."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.channels.email.replies import Separated, separate


def _cases() -> list:
    """The mails of reply_cases.txt as (name, subject, text, reply, quoted)."""
    found = []
    text = (Path(__file__).parent / "reply_cases.txt").read_text(encoding="utf-8")
    for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        title, _newline, body = block.partition("\n")
        name, _bar, subject = title.partition(" | ")
        lines = [(line[:1], line[2:].replace("␣", " ")) for line in body.rstrip("\n").split("\n")]
        assert {mark for mark, _line in lines} <= {"R", "Q"}, name
        found.append(pytest.param(subject, lines, id=name))
    return found


def _written(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


@pytest.mark.parametrize(("subject", "lines"), _cases())
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_mail_is_separated(subject: str, lines: list[tuple[str, str]], newline: str) -> None:
    separated = separate(newline.join(line for _mark, line in lines), subject=subject)
    assert _written(separated.reply.split("\n")) == _written([line for mark, line in lines if mark == "R"])
    assert _written(separated.quoted.split("\n")) == _written([line for mark, line in lines if mark == "Q"])


PIECES = st.sampled_from(
    [
        "", " ", "\t", "Hallo", "> quoted", ">> deeper", ">", "-- ", "--", "Sent from my iPhone",
        "On Tue, Mar 3, 2026 at 2:02 PM Anna <a@firma.example> wrote:", "Anna <a@firma.example>", "wrote:",
        "Von: Anna <a@firma.example>", "Gesendet: Di 3.3.2026 14:02", "An: Max", "Betreff: X", "_" * 32,
        "-----Original Message-----", "---------- Forwarded message ---------", "Mit freundlichen Grüßen",
        "HRB 12345", "Diese E-Mail ist vertraulich", "\ufeff", "\u200b", "a\x0bb", "a\x85b\u2028c", ">>> x",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25).map("\n".join))


@given(TEXTS, st.sampled_from(["", "Fwd: x", "Re: x"]))
def test_no_line_is_ever_lost(text: str, subject: str) -> None:
    separated = separate(text, subject=subject)
    together = sorted(_written(separated.reply.splitlines()) + _written(separated.quoted.splitlines()))
    assert together == sorted(_written(text.splitlines()))


@given(TEXTS)
def test_there_is_a_reply_whenever_there_is_a_text(text: str) -> None:
    assert bool(separate(text).reply.strip()) == bool(text.strip())


@given(TEXTS)
def test_reply_of_a_reply_loses_nothing_but_more_quotes(text: str) -> None:
    once = separate(text).reply
    assert set(_written(separate(once).reply.split("\n"))) <= set(_written(once.split("\n")))


HUGE = {
    "one line": "a" * 1_000_000,
    "one quoted line": "ok\n\n>" + "a" * 1_000_000,
    "line like an attribution": "On 3.3.2026 14:02 " + "a " * 500_000 + "wrote:",
    "line of header words": "From: " * 170_000,
    "line of dashes": "-" * 1_000_000 + "x",
    "line of spaces": "Sent from " + " " * 1_000_000 + "x",
    "line of digits": "1" * 1_000_000 + ":",
    "line of at signs": "a@" * 500_000 + ":",
    "many lines": "hello\n" * 60_000,
    "many quotes": "> a\n" * 60_000,
    "many answers": "> a\nb\n" * 30_000,
    "many attributions": "On Tue, Mar 3, 2026 at 2:02 PM Anna <a@x.example> wrote:\n" * 6_000,
    "many ends of attributions": "x wrote:\n" * 30_000,
    "many header lines": "From: a\n" * 30_000,
    "many rules": ("_" * 32 + "\n") * 30_000,
    "many delimiters": "a\n-- \n" * 30_000,
    "many bare delimiters": "a\n--\n" * 30_000,
    "many mobile signatures": "Sent from my iPhone\n" * 30_000,
    "many disclaimers": "\nThis e-mail is confidential\n" * 30_000,
    "many blank lines": "a\n" + "\n" * 500_000 + "> b",
    "many blank lines between": "a\n\n\n\n\n\n\n\n\n> b\n" * 15_000,
    "nested marks": ">" * 500_000 + "\n" + ">" * 500_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HUGE.items()])
def test_huge_text_takes_little_time(text: str) -> None:
    start = time.process_time()
    separated = separate(text)
    assert time.process_time() - start < 5
    assert isinstance(separated, Separated)
    assert separated.reply
