"""Blacking out: from a text and the words that have to go to the text without them. Values in, values out."""

import re
from collections.abc import Iterable
from html import escape, unescape

MARK = "▮▮▮"  # always three: not even the length of what stood there is told
SHORTEST = 3
NUMBER = re.compile(r"[+(]?\d[\d\s().\-/]{4,}\d")
CODE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{8,}")  # an IBAN, with or without spaces
TAG = re.compile(r"(<[^>]*>)")
VALUE = re.compile(r"=\"([^\"]*)\"|='([^']*)'")
GAP = r"[\s>\u00a0]+"  # in a quoted copy lines break elsewhere, and begin with >
BETWEEN = r"[\s>\u00a0()./\-]{0,4}"


def pattern(texts: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the texts, the longest first: in whatever case, lines and groups. Raises ValueError."""
    wanted = sorted({text.strip() for text in texts if text.strip(f" \n\t{MARK}")}, key=len, reverse=True)
    if not wanted or any(len(text) < SHORTEST for text in wanted):
        raise ValueError(f"at least {SHORTEST} characters")
    return re.compile("|".join(f"(?:{_one(text)})" for text in wanted), re.IGNORECASE)


def black_out(text: str, words: re.Pattern[str]) -> tuple[str, int]:
    """The text without these words, and in how many places they stood."""
    return words.subn(MARK, text)


def black_out_html(html: str, words: re.Pattern[str]) -> tuple[str, int]:
    """The same for a page: also where tags part the words, and in attributes (a link to an address)."""
    pieces = TAG.split(html)
    texts = [unescape(piece) for piece in pieces[::2]]
    whole = "".join(texts)
    places = [match.span() for match in words.finditer(whole)]
    pieces[::2] = [
        escape(left, quote=False) if left != text else piece
        for piece, text, left in zip(pieces[::2], texts, _without(texts, places), strict=True)
    ]
    count = len(places)
    for at in range(1, len(pieces), 2):
        pieces[at], more = _tag(pieces[at], words)
        count += more
    return "".join(pieces), count


def _one(text: str) -> str:
    if NUMBER.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        return rf"(?<!\d)[+(]?{BETWEEN.join(digits)}(?!\d)"
    if CODE.fullmatch(text):
        return BETWEEN.join(text.replace(" ", ""))
    return GAP.join(re.escape(word) for word in text.split())


def _without(texts: list[str], places: list[tuple[int, int]]) -> list[str]:
    """The pieces of a whole without these places of it; the mark stands where a place begins."""
    left, start = [], 0
    for text in texts:
        end, written, at = start + len(text), [], start
        for first, last in places:
            if last <= start or first >= end:
                continue
            written.append(text[at - start : max(first, start) - start])
            written.append(MARK if first >= start else "")
            at = min(last, end)
        written.append(text[at - start :])
        left.append("".join(written))
        start = end
    return left


def _tag(tag: str, words: re.Pattern[str]) -> tuple[str, int]:
    count = 0

    def cleaned(match: re.Match[str]) -> str:
        nonlocal count
        value, more = words.subn(MARK, unescape(match[1] or match[2] or ""))
        count += more
        return f'="{escape(value)}"' if more else match[0]

    return VALUE.sub(cleaned, tag), count
