"""Bytes of a mail to a tree of parts (RFC 2045, 2046), however broken; without recursion, within bounds."""

import re
from dataclasses import dataclass, field

MOST_PARTS = 3_000
MOST_FIELDS = 10_000
BUDGET = 200_000_000  # bytes looked at in search of boundaries, whatever the depth
NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|mime-version|received"
    rb"|return-path|delivered-to|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z]+|auto-submitted|precedence)[ \t]*:",
    re.IGNORECASE,
)
LINE_END = re.compile(rb"\r\n|\n|\r")
BOUNDARY = re.compile(
    r";\s*boundary\s*=\s*(?:\"((?:[^\"\\]|\\.){1,1000})\"|([^;\s\"]{1,1000}))", re.IGNORECASE
)
FIRST_DELIMITER = re.compile(rb"(?<![^\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r\n|\n|\r)content-", re.IGNORECASE)
TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
TYPE = re.compile(r"\s*([!#$&^_.+\w-]{1,100}/[!#$&^_.+\w-]{1,100})")


@dataclass(slots=True)
class Part:
    """One part: its header, and either what stands below it or its own parts.

    Names of fields are in lower case; values stand as they came, bytes above ASCII as surrogates.
    """

    source: bytes = field(repr=False)
    start: int
    end: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    children: list["Part"] = field(default_factory=list)
    default_type: str = "text/plain"
    is_cut: bool = False  # there is more in it than we were ready to take apart

    @property
    def content(self) -> bytes:
        """What stands below the header, still encoded."""
        return self.source[self.start : self.end]

    @property
    def media_type(self) -> str:
        """The type in lower case; what is usual here when none or nonsense is given (RFC 2045, 5.2)."""
        given = next(iter(self.fields.get("content-type", [])), "")
        found = TYPE.match(given)
        if found:
            return found[1].lower()
        return "multipart/mixed" if given.strip().lower().startswith("multipart") else self.default_type


def parse(raw: bytes) -> Part:
    """The tree of a mail."""
    root = header(raw)
    waiting, count, scanned = [root], 1, 0
    while waiting:
        part = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        scanned += part.end - part.start
        if scanned > BUDGET + 4 * len(raw) or count >= MOST_PARTS:
            root.is_cut = part.is_cut = True
            continue
        spans = _spans(part)
        if len(spans) > MOST_PARTS - count:
            spans, root.is_cut = spans[: MOST_PARTS - count], True
        count += len(spans)
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        part.children = [_part(raw, start, end, default) for start, end in spans]
        waiting += part.children
    return root


def header(raw: bytes) -> Part:
    """Only the header of a mail; what stands below it is left as it is."""
    return _part(raw, 0, len(raw), "text/plain")


def _part(source: bytes, start: int, end: int, default_type: str) -> Part:
    """Read the header that begins at ``start``."""
    part = Part(source, start, end, default_type=default_type)
    lines: list[bytes] = []
    at, count = start, 0
    while at < end and count < MOST_FIELDS:
        found = LINE_END.search(source, at, end)
        stop, after = found.span() if found else (end, end)
        line = source[at:stop]
        if not line:
            at = after
            break
        if not (lines and _goes_on(line, source, after, end)):
            if NAME.match(line) is None and not _is_mark(line):
                break  # no blank line before the text
            _keep(part, lines)
            lines, count = [], count + 1
        lines.append(line if not lines or line[:1] in (b" ", b"\t") else b" " + line)
        at = after
    _keep(part, lines)
    part.start = at
    return part


def _goes_on(line: bytes, source: bytes, after: int, end: int) -> bool:
    """Whether a line belongs to the field above: it is indented, or junk between two fields."""
    if line[:1] in (b" ", b"\t"):
        return True
    return NAME.match(line) is None and not _is_mark(line) and KNOWN.match(source, after, end) is not None


def _is_mark(line: bytes) -> bool:
    """The line that begins a mail in an mbox file, on top or quoted."""
    return line.startswith((b"From ", b">From ")) and NAME.match(line) is None


def _keep(part: Part, lines: list[bytes]) -> None:
    named = NAME.match(lines[0]) if lines and not _is_mark(lines[0]) else None
    if named is None:
        return
    name = named[1].decode("ascii").lower()
    lines[0] = lines[0][named.end() :].lstrip(b" \t")
    part.fields.setdefault(name, []).append(b"\n".join(lines).decode("ascii", "surrogateescape"))


def _spans(part: Part) -> list[tuple[int, int]]:
    """From where to where each child reaches; one that is all of it if there is no boundary."""
    given = next(iter(part.fields.get("content-type", [])), "").replace("\n", " ")
    named = BOUNDARY.search(given)
    spans: list[tuple[int, int]] = []
    if named:
        boundary = re.sub(r"\\(.)", r"\1", named[1]) if named[1] else named[2]
        spans = _between(part, boundary.rstrip().encode("utf-8", "surrogateescape"))
    if not spans:
        sniffed = FIRST_DELIMITER.search(part.source, part.start, part.end)
        spans = _between(part, sniffed[1]) if sniffed else []
    return spans or [(_blank(part), part.end)]


def _blank(part: Part) -> int:
    """Where a multipart without parts begins: at a line end, so that no line is read as a header."""
    at = part.start
    return at - 1 if at and part.source[at - 1 : at] in (b"\n", b"\r") else at


def _between(part: Part, boundary: bytes) -> list[tuple[int, int]]:
    """The stretches between delimiter lines; the last one may lack its end."""
    source, end, delimiter = part.source, part.end, b"--" + boundary
    spans: list[tuple[int, int]] = []
    begun: int | None = None
    at = source.find(delimiter, part.start, end)
    while at != -1:
        after, is_last = _delimiter(source, at, at + len(delimiter), part.start, end)
        if after is not None:
            if begun is not None:
                spans.append((begun, max(begun, _before_line_end(source, at))))
            begun = None if is_last else after
            if is_last or len(spans) > MOST_PARTS:
                break
        at = source.find(delimiter, at + len(delimiter), end)
    if begun is not None:
        spans.append((begun, end))
    return spans


def _delimiter(source: bytes, at: int, tail: int, start: int, end: int) -> tuple[int | None, bool]:
    """Where the line after a delimiter begins, and whether it is the closing one; None if it is none."""
    if at > start and source[at - 1 : at] not in (b"\n", b"\r"):
        return None, False
    found = TAIL.match(source, tail, end)
    return (found.end(), bool(found[1])) if found else (None, False)


def _before_line_end(source: bytes, at: int) -> int:
    """The line end before a delimiter belongs to it (RFC 2046, 5.1.1)."""
    return at - 2 if source[at - 2 : at] == b"\r\n" else at - 1
