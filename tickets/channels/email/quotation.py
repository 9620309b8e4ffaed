"""Which lines of a mail are the writer's own, and which are quoted, passed on or appended."""

import re
from collections.abc import Mapping, Sequence

from tickets.channels.email import attributions, header_blocks, signatures
from tickets.channels.email.quoting_patterns import FORWARDED, FORWARDED_APPLE, INVISIBLE, LONGEST, RULE

BLANK, TEXT, QUOTE, FORWARD, SIGNATURE, BELOW = ".", "T", "Q", "F", "S", "B"
NOTHING: Mapping[int, str] = {}
DECORATION = f" \t\r\v\f\u00a0\u2007\u202f\u3000*_{INVISIBLE}"
GAP = f" \t\r\v\f\u00a0\u2007\u202f\u3000{INVISIBLE}"
SHORTEST_WRAPPED = 64
COMPARED = re.compile(r">\s?[\d=$€£%]")
Block = tuple[str, int, int]


class Lines:
    """The lines of a text and what each of them is.

    ``marks`` says what is known beforehand (from HTML): QUOTE, SIGNATURE, or BELOW for “from here on quoted”.
    """

    def __init__(self, raw: Sequence[str], *, is_forward: bool, marks: Mapping[int, str] = NOTHING) -> None:
        self.bare = [_bare(line) for line in raw]
        self.marks = marks
        for at, mark in marks.items():
            if mark == QUOTE and self.bare[at]:
                self.bare[at] = f"> {self.bare[at]}"
        self.kinds = [BLANK] * len(raw)
        self.attributed: set[int] = set()
        self.is_forward = is_forward
        at = 0
        while at < len(raw):
            at = self._next(at)

    def _next(self, at: int) -> int:
        """Say what the line is; the number of the next line that isn't known yet."""
        line, mark = self.bare[at], self.marks.get(at)
        if mark == BELOW or self._is_rule_above(at):
            return self._marker(at, header_blocks.end_of(self.bare, at) or at + 1)
        if not line:
            return at + 1
        if mark == SIGNATURE:
            self.kinds[at] = SIGNATURE
            return at + 1
        if line.startswith(">"):
            return self._quote(at)
        if is_forwarded(line):
            return self._rest(at, FORWARD)
        end = header_blocks.end_of(self.bare, at)
        if end is not None and not self._is_introduced(at):
            return self._marker(at, end)
        self.kinds[at] = TEXT
        return self._attribution(at)

    def _is_introduced(self, at: int) -> bool:
        """“This came in over the form:” above a block without any other mark: it is part of the text."""
        above = next((self.bare[each] for each in range(at - 1, max(-1, at - 4), -1) if self.bare[each]), "")
        is_marked = RULE.match(self.bare[at]) or header_blocks.is_marker(self.bare[at])
        return above.endswith((":", "：")) and not is_marked

    def _is_rule_above(self, at: int) -> bool:
        """A line drawn above the place from which on all is quoted."""
        below = self._written_from(at + 1) if self.marks and RULE.match(self.bare[at][:100]) else None
        return below is not None and any(self.marks.get(each) == BELOW for each in range(at + 1, below + 1))

    def _quote(self, at: int) -> int:
        end = at
        while end < len(self.bare) and (self.bare[end].startswith(">") or self._is_wrapped(end)):
            self.kinds[end] = QUOTE
            if self.marks.get(end) == QUOTE:
                self.attributed.add(end)
            end += 1
        return end

    def _is_wrapped(self, at: int) -> bool:
        """The end of a quoted line that got too long and was broken without a mark."""
        line, above = self.bare[at], self.bare[at - 1]
        below = self.bare[at + 1] if at + 1 < len(self.bare) else ""
        if (
            not line
            or not below.startswith(">")
            or not above.startswith(">")
            or len(above) < SHORTEST_WRAPPED
        ):
            return False
        word = line.split(maxsplit=1)[0]
        is_going_on = line[0].islower() and (above[-1].isalnum() or above[-1] == ",")
        return is_going_on and len(line) < len(above) and len(above) + len(word) >= 71

    def _marker(self, at: int, end: int) -> int:
        """A header block: what is marked below it is quoted, or else everything is."""
        if self.is_forward:
            return self._rest(at, FORWARD)
        self.kinds[at:end] = [QUOTE if line else BLANK for line in self.bare[at:end]]
        self.attributed.update(range(at, end))
        below = self._written_from(end)
        is_marked = below is not None and self.bare[below].startswith(">")
        return end if is_marked else self._rest(end, QUOTE)

    def _attribution(self, at: int) -> int:
        """If an attribution ends in this line, it is quoted with what is below it."""
        below = self._written_from(at + 1)
        is_marked = below is not None and self.bare[below].startswith(">")
        first = attributions.start_of(self.bare, at, quote_follows=is_marked)
        if first is None:
            return self._rest(at, QUOTE) if attributions.is_inline(self.bare[at]) else at + 1
        if self.is_forward:
            return self._rest(first, FORWARD)
        self.kinds[first : at + 1] = [QUOTE] * (at + 1 - first)
        self.attributed.add(at)
        return at + 1 if is_marked else self._rest(at + 1, QUOTE)

    def _rest(self, at: int, kind: str) -> int:
        for index in range(at, len(self.bare)):
            self.kinds[index] = kind if self.bare[index] else BLANK
        return len(self.bare)

    def _written_from(self, at: int) -> int | None:
        """The next line that isn't blank, within reach."""
        return next((index for index in range(at, min(at + 8, len(self.bare))) if self.bare[index]), None)


def is_forwarded(line: str) -> bool:
    """Whether a stripped line stands above a mail that is passed on."""
    return len(line) <= LONGEST and bool(FORWARDED.match(line) or FORWARDED_APPLE.match(line))


def reply_range(raw: Sequence[str], lines: Lines) -> tuple[int, int]:
    """From where to where the reply goes; nowhere if nothing is certain to be one."""
    blocks = _certain(_blocks(lines.kinds), lines)
    written = []
    for kind, first, end in blocks:
        if kind == TEXT:
            is_passed_on = lines.kinds[end - 1] == FORWARD
            cut = end if is_passed_on else signatures.start_of(raw, lines.bare, first, end)
            written += [(first, cut)] if cut > first else []
    if not written:
        return 0, 0
    first, end = written[0][0], written[-1][1]
    if any(kind == QUOTE and first < start < end for kind, start, _end in blocks):
        first = min(first, next(start for kind, start, _end in blocks if kind == QUOTE))
    return first, end


def _blocks(kinds: Sequence[str]) -> list[Block]:
    """Stretches of text and of quote with their limits; a forwarded mail is text."""
    blocks: list[Block] = []
    for at, kind in enumerate(kinds):
        if kind == BLANK:
            continue
        now = TEXT if kind == FORWARD else kind
        start = blocks.pop()[1] if blocks and blocks[-1][0] == now else at
        blocks.append((now, start, at + 1))
    return blocks


def _certain(blocks: list[Block], lines: Lines) -> list[Block]:
    """The blocks, with quotes that may be the writer's own text taken for text."""
    for kind, first, end in blocks:
        if kind == QUOTE and _is_doubtful(lines, first, end):
            for at in range(first, end):
                lines.kinds[at] = TEXT if lines.bare[at] else BLANK
    return _blocks(lines.kinds)


def _is_doubtful(lines: Lines, first: int, end: int) -> bool:
    """Marked lines that nobody introduces: a prompt, “> 100 pieces”, an error message after a colon."""
    if any(at in lines.attributed for at in range(first, end)):
        return False
    if all(line.startswith(">>> ") or line == ">>>" for line in lines.bare[first:end]):
        return True
    above = next((lines.bare[at] for at in range(first - 1, max(-1, first - 8), -1) if lines.bare[at]), "")
    if above.endswith((":", "：")):
        return True
    if end - first == 1 and COMPARED.match(lines.bare[first]):
        return True
    is_close = first > 0 and bool(lines.bare[first - 1])
    is_leading = not above and end < len(lines.bare) and bool(lines.bare[end])
    return end - first < 3 and (is_close or (is_leading and end - first == 1))


def _bare(line: str) -> str:
    """A line without spaces and decoration around it; of a very long one, only its beginning."""
    head = line if len(line) <= 2 * LONGEST else line[: 2 * LONGEST] + "…"
    inside = head.strip(GAP)
    return inside if inside.startswith(">") else head.strip(DECORATION) or inside
