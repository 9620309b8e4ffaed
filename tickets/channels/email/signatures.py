"""Where a signature begins at the end of what somebody wrote."""

import re
from collections.abc import Sequence

from tickets.channels.email.mobile_signatures import is_mobile_signature
from tickets.channels.email.quoting_patterns import (
    BARE_DELIMITER,
    BOILERPLATE,
    CLOSING,
    DELIMITER,
    DISCLAIMER,
    LEGAL,
    SENTENCE,
)

RULE = re.compile(r"^[-_=*~]{2,}$")

MOST_LINES = 40
MOST_BARE_LINES = 18
MOST_CHARACTERS = 6_000
MOST_BARE_CHARACTERS = 3_000
LONGEST_LINE = 120
LONGEST_NAME = 60
SENTENCE_END = (".", "!", "?", ":", ";", ",")


def start_of(raw: Sequence[str], lines: Sequence[str], first: int, end: int) -> int:
    """The first line of the signature in ``raw[first:end]``; ``end`` if there is none.

    ``lines`` are the same lines, stripped.
    """
    while end > first and not lines[end - 1]:
        end -= 1
    cut = _delimiter(raw, lines, first, end)
    cut = _disclaimer(lines, first, cut)
    cut = _mobile(lines, first, cut)
    return _legal(lines, first, cut)


def _delimiter(raw: Sequence[str], lines: Sequence[str], first: int, end: int) -> int:
    """The line “-- ”, or “--” where the space was lost, if what follows can be a signature."""
    exact = [at for at in range(first, end) if DELIMITER.match(raw[at])]
    if exact and _is_short(lines[exact[0] : end], MOST_LINES, MOST_CHARACTERS):
        asks = any(line.endswith("?") for line in lines[exact[0] : end])
        return end if asks and len(exact) > 1 else exact[0]
    bare = [at for at in range(max(first, end - 400), end) if BARE_DELIMITER.match(raw[at])]
    if len(bare) != 1 or not _is_short(lines[bare[0] : end], MOST_BARE_LINES, MOST_BARE_CHARACTERS):
        return end
    return bare[0] if _is_card(lines[bare[0] + 1 : end]) else end


def _is_card(below: Sequence[str]) -> bool:
    """Whether lines begin like a signature, with a name, and don't read like a text that goes on."""
    if not below or not below[0]:
        return False
    is_name = len(below[0]) <= LONGEST_NAME and not below[0].endswith(SENTENCE_END)
    if not (
        is_name or CLOSING.match(below[0]) or is_mobile_signature(below[0]) or DISCLAIMER.match(below[0])
    ):
        return False
    return not any(CLOSING.match(line) or line.endswith("?") for line in below[1:])


def _is_short(lines: Sequence[str], most_lines: int, most_characters: int) -> bool:
    return sum(1 for line in lines if line) <= most_lines and sum(map(len, lines)) <= most_characters


def _mobile(lines: Sequence[str], first: int, end: int) -> int:
    """“Sent from my iPhone” as the last line, maybe with its link in a line of its own."""
    cut = end
    for _line in range(3):
        last = _last_written(lines, first, cut)
        if last is None:
            return cut
        above = last - 1 if last > first else last
        if is_mobile_signature(lines[last]):
            cut = last
        elif lines[last].startswith(("http", "<http")) and is_mobile_signature(
            f"{lines[above]} {lines[last]}"
        ):
            cut = above
        else:
            return cut
    return cut


def _disclaimer(lines: Sequence[str], first: int, end: int) -> int:
    """The last paragraphs, from the one on that says how confidential all of this is."""
    for at in range(max(first, end - MOST_LINES), end):
        is_first = at == first or not lines[at - 1] or RULE.match(lines[at - 1])
        if is_first and lines[at] and DISCLAIMER.match(lines[at]):
            if not _is_boilerplate(lines[at:end]):
                return end
            return at - 1 if at > first and RULE.match(lines[at - 1]) else at
    return end


def _is_boilerplate(lines: Sequence[str]) -> bool:
    """Whether it is what companies append, and not somebody's wish to keep a secret."""
    if any(CLOSING.match(line) or line.endswith("?") for line in lines):
        return False
    return BOILERPLATE.search(" ".join(lines)) is not None


def _legal(lines: Sequence[str], first: int, end: int) -> int:
    """A company's particulars (register court, VAT number) below the closing words and the name."""
    marks = [at for at in range(max(first, end - 20), end) if LEGAL.search(lines[at])]
    if not marks:
        return end
    closing = next(
        (at for at in range(marks[0], max(first, marks[0] - 16), -1) if CLOSING.match(lines[at])), None
    )
    if closing is None:
        return end
    name = _next_written(lines, closing + 1, end)
    below = lines[name + 1 : end]
    is_text = any(len(line) > LONGEST_LINE or SENTENCE.search(line) for line in [*below, lines[closing]])
    return end if is_text or name >= marks[0] else name + 1


def _last_written(lines: Sequence[str], first: int, end: int) -> int | None:
    for at in range(end - 1, max(first, end - 12) - 1, -1):
        if lines[at]:
            return at
    return None


def _next_written(lines: Sequence[str], first: int, end: int) -> int:
    return next((at for at in range(first, end) if lines[at]), end)
