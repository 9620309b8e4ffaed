"""Finding the line “On …, Anna wrote:” above a quote, also when it is wrapped over several lines."""

import re
from collections.abc import Sequence

from tickets.channels.email.quoting_patterns import (
    ADDRESS,
    ARTICLE,
    LONGEST,
    OPENER,
    PRONOUN_AFTER,
    PRONOUN_BEFORE,
    TIME,
    VERB,
    VERB_AT_END,
    YEAR_OR_DATE,
    has_time,
)

MOST_LINES = 4
DIGIT = re.compile(r"\d")
COLONS = (":", "：")
SENTENCE_END = (".", "!", "?", ":", ";")


def start_of(lines: Sequence[str], end: int, *, quote_follows: bool) -> int | None:
    """The first line of the attribution that ends in line ``end``; None if there is none.

    ``lines`` are stripped. Without quote marks below, only what can't be a sentence of the writer's counts.
    """
    if len(lines[end]) > LONGEST:
        return None
    if not lines[end].endswith(COLONS):
        is_whole = quote_follows and OPENER.match(lines[end]) and is_surely_attribution(lines[end])
        return end if is_whole else None
    for first in range(end, max(-1, end - MOST_LINES), -1):
        if not lines[first] or lines[first].startswith(">"):
            return None
        if first < end and lines[first].endswith(COLONS):
            return None
        joined = " ".join(lines[first : end + 1])
        if len(joined) > LONGEST:
            return None
        if is_attribution(joined) if quote_follows else is_surely_attribution(joined):
            return _with_opener(lines, first, end)
    return None


def is_attribution(text: str) -> bool:
    """Whether this may introduce the marked quote below it."""
    if VERB_AT_END.search(text):
        return True
    if VERB.search(text):
        return bool(DIGIT.search(text) or ADDRESS.search(text))
    return bool(ADDRESS.search(text) and has_time(text)) or text.endswith((">:", ">："))


def is_surely_attribution(text: str) -> bool:
    """Whether a mail program wrote this: who and when, and nothing of a sentence."""
    if not YEAR_OR_DATE.search(text) or PRONOUN_AFTER.search(text) or PRONOUN_BEFORE.search(text):
        return False
    if not VERB.search(text):
        return False
    if ADDRESS.search(text):
        return has_time(text) or bool(OPENER.match(text))
    if not (OPENER.match(text) and has_time(text) and _date_is_first(text)):
        return False
    moment = list(TIME.finditer(text))[-1]
    return ARTICLE.search(text, moment.end()) is None


def is_inline(line: str) -> bool:
    """Whether a line begins with an attribution and goes on with what was written (Yahoo)."""
    head = line[:LONGEST]
    verb = VERB.search(head) if OPENER.match(head) else None
    if verb is None:
        return False
    said = head[: head.find(":", verb.end()) + 1]
    return bool(ADDRESS.search(said) and has_time(said)) and is_surely_attribution(said)


def _date_is_first(text: str) -> bool:
    """“On 3 March 2026 at 14:02 Anna wrote:” has its date near the beginning."""
    digit = DIGIT.search(text)
    return digit is not None and digit.start() <= 30


def _with_opener(lines: Sequence[str], first: int, end: int) -> int:
    """Go up to the line that begins with “On …” if the attribution was wrapped above ``first``."""
    if OPENER.match(lines[first]):
        return first
    for above in range(first - 1, max(-1, end - MOST_LINES), -1):
        line = lines[above]
        if not line or line.startswith(">") or line.endswith(SENTENCE_END) or len(line) > LONGEST:
            return first
        if OPENER.match(line) and DIGIT.search(" ".join(lines[above : above + 2])):
            return above
    return first
