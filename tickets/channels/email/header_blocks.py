"""Finding “From: / Sent: / To: / Subject:” blocks, which Outlook and others put above what they quote."""

from collections.abc import Sequence

from tickets.channels.email.quoting_patterns import (
    ADDRESS,
    DASHED,
    HEADER_LINE,
    LONGEST,
    ORIGINAL,
    ROLE_OF,
    RULE,
    VERB,
    YEAR_OR_DATE,
    has_time,
)

MOST_LINES = 30
MOST_FOLDED = 12


def end_of(lines: Sequence[str], start: int) -> int | None:
    """Where the marker of a whole quoted mail that begins in line ``start`` ends; None if none begins there.

    ``lines`` are stripped. The marker is a header block, a line “-----Original Message-----”, or both.
    """
    line = lines[start]
    if not line or len(line) > LONGEST:
        return None
    if is_marker(line):
        below = _next_written(lines, start + 1)
        return _block(lines, below, is_marked=True) or start + 1
    if RULE.match(line):
        below = _next_written(lines, start + 1)
        return _block(lines, below, is_marked=True) if below <= start + 4 else None
    return _block(lines, start, is_marked=False)


def is_marker(line: str) -> bool:
    """Whether this line alone says that a quoted mail follows."""
    if ORIGINAL.match(line):
        return True
    return bool(DASHED.match(line) and VERB.search(line) and (ADDRESS.search(line) or has_time(line)))


def _block(lines: Sequence[str], start: int, *, is_marked: bool) -> int | None:
    """The end of the header lines from ``start`` on, if they are those of a mail."""
    found: dict[str, str] = {}
    end = index = start
    folded = 0
    while index < min(len(lines), start + MOST_LINES):
        role, value = _header(lines[index])
        if role:
            if role != "other" and role in found and role not in ("cc", "to"):
                break
            found.setdefault(role, value)
            end, folded = index + 1, 0
        elif not lines[index] and not _header(lines[_next_written(lines, index)])[0]:
            break
        elif lines[index]:
            folded += 1
            if not found or folded > MOST_FOLDED or not _goes_on(found):
                break
        index += 1
    if not is_marked and end < len(lines) and _is_other_field(lines[end]):
        return None
    return end if _is_mail(found, is_marked=is_marked) else None


def _goes_on(found: dict[str, str]) -> bool:
    """A line that is no header belongs to a long list of addresses, or to a long subject."""
    return next(reversed(found)) in ("to", "cc", "subject", "from")


def _is_other_field(line: str) -> bool:
    """“Message: …” right below, as in what a form sends: not the head of a mail."""
    match = HEADER_LINE.match(line[:LONGEST])
    return match is not None and not match[2].startswith("//")


def _header(line: str) -> tuple[str, str]:
    match = HEADER_LINE.match(line[:LONGEST])
    if match is None:
        return "", ""
    return ROLE_OF.get(match[1].strip(" *_").casefold(), ""), match[2]


def _is_mail(found: dict[str, str], *, is_marked: bool) -> bool:
    """Sender, moment and one thing more; and proof that it isn't somebody's own list “From: … To: …”."""
    if "from" not in found:
        return False
    if is_marked and len(found) >= 2:
        return True
    if len(found) < 3 or not {"to", "subject"} & found.keys():
        return False
    moment = found.get("date", "")
    has_address = any(ADDRESS.search(found.get(role, "")) for role in ("from", "to"))
    if not YEAR_OR_DATE.search(moment):
        return False
    return has_address or (has_time(moment) and {"to", "subject"} <= found.keys())


def _next_written(lines: Sequence[str], start: int) -> int:
    """The next line that isn't blank, at most a few lines on; else the last line."""
    for index in range(start, min(len(lines), start + 4)):
        if lines[index]:
            return index
    return min(start, len(lines) - 1)
