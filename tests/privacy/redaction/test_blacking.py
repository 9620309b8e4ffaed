"""Blacking out, as a table: what is found in which form, and what stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.redaction import MARK, black_out, black_out_html, pattern

TEXTS = [
    ("Anna Ahrens called", ["Anna Ahrens"], f"{MARK} called"),
    ("ANNA  ahrens called", ["Anna Ahrens"], f"{MARK} called"),
    ("> it was Anna\n> Ahrens who", ["Anna Ahrens"], f"> it was {MARK} who"),
    ("4111 1111 1111 1111", ["4111111111111111"], MARK),
    ("4111-1111-1111-1111.", ["4111 1111 1111 1111"], f"{MARK}."),
    ("94111111111111111", ["4111111111111111"], "94111111111111111"),
    ("IBAN DE89370400440532013000!", ["DE89 3704 0044 0532 0130 00"], f"IBAN {MARK}!"),
    ("+49 (30) 901820", ["+4930901820"], MARK),
    ("Anna, Annabel", ["Annabel", "Anna"], f"{MARK}, {MARK}"),
    ("a.b@c.example", ["a.b@c.example"], MARK),
    ("axb@c.example", ["a.b@c.example"], "axb@c.example"),
    ("nothing of it", ["Anna"], "nothing of it"),
]
PAGES = [
    ("<p>Anna Ahrens</p>", "Anna Ahrens", f"<p>{MARK}</p>"),
    ("<p><b>Anna</b> Ahrens, hi</p>", "Anna Ahrens", f"<p><b>{MARK}</b>, hi</p>"),
    ("<p>A&amp;B&nbsp;Ltd &lt;x&gt;</p>", "A&B Ltd", f"<p>{MARK} &lt;x&gt;</p>"),
    ('<a href="mailto:a@b.example">write</a>', "a@b.example", f'<a href="mailto:{MARK}">write</a>'),
    ("<p>1 &lt; 2</p>", "Anna", "<p>1 &lt; 2</p>"),
]


@pytest.mark.parametrize(("text", "words", "left"), TEXTS)
def test_texts(text: str, words: list[str], left: str) -> None:
    assert black_out(text, pattern(words))[0] == left


@pytest.mark.parametrize(("html", "words", "left"), PAGES)
def test_pages(html: str, words: str, left: str) -> None:
    assert black_out_html(html, pattern([words]))[0] == left


@pytest.mark.parametrize("words", [[], [""], ["ab"], [MARK], ["fine", "x"]])
def test_what_is_too_little_is_refused(words: list[str]) -> None:
    with pytest.raises(ValueError, match="characters"):
        pattern(words)


WORD = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=3, max_size=12).filter(
    lambda text: len(text.strip()) >= 3 and not set(text.strip()) & set("▮ ")
)


@given(st.text(max_size=80), WORD, st.text(max_size=80))
def test_nothing_of_it_is_left_and_a_second_time_changes_nothing(before: str, word: str, after: str) -> None:
    words = pattern([word])
    left, count = black_out(f"{before}{word.strip()}{after}", words)
    assert not words.search(left) or count
    again, more = black_out(left, words)
    assert (again, more) == (left, 0) or words.search(left)


@given(st.text(max_size=60), WORD)
def test_a_page_keeps_its_tags(text: str, word: str) -> None:
    html = f"<p><i>{text.replace('<', '').replace('>', '').replace('&', '')}</i></p>"
    left, count = black_out_html(html, pattern([word]))
    assert left.startswith("<p><i>")
    assert left.endswith("</i></p>")
    assert left == html or count
