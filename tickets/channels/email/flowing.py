"""Text as it was typed: flowed lines joined (RFC 3676), uuencoded files taken out."""

import re

from tickets.channels.email import parts

UU_BEGIN = re.compile(r"begin(?:-base64)? [0-7]{3,4} (.{1,255})")
UU_LINE = re.compile(r"[ -`]{1,90}")
BASE64_LINE = re.compile(r"[A-Za-z0-9+/=]{1,90}")
UU_ENDS = ("end", "====")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Lines that end in a space go on in the next one, as long as they are quoted equally deep."""
    out: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        goes_on = bare.endswith(" ") and bare != "-- "
        shown = bare[:-1] if goes_on and delete_space else bare
        if open_depth == depth and bare != "-- ":
            out[-1].append(shown)
        else:
            out.append([">" * depth + " " if depth else "", shown])
        open_depth = depth if goes_on else None
    return "\n".join("".join(pieces) for pieces in out)


def take_out_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and those files by name."""
    if "begin " not in text and "begin-base64 " not in text:
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    found: list[tuple[str, bytes]] = []
    at = 0
    while at < len(lines):
        begins = UU_BEGIN.fullmatch(lines[at].rstrip())
        is_base64 = lines[at].startswith("begin-base64")
        end = _end(lines, at + 1, BASE64_LINE if is_base64 else UU_LINE) if begins else None
        if begins and end is not None:
            packed = "\n".join(lines[at + 1 : end]).encode("ascii", "replace")
            found.append((begins[1].strip(), parts.unbase64(packed) if is_base64 else parts.uudecode(packed)))
            at = end + 1
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), found


def _end(lines: list[str], start: int, inside: re.Pattern[str]) -> int | None:
    """The line that ends a block which begins before ``start``; None if something else comes first."""
    for at in range(start, len(lines)):
        line = lines[at].rstrip()
        if line in UU_ENDS:
            return at if at > start else None
        if line and not inside.fullmatch(line):
            return None
    return None
