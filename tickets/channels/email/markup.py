"""Reading HTML that anybody may have written: tags, text and entities, in linear time. Makes nothing safe."""

import re
from collections.abc import Iterator
from enum import IntEnum
from html import unescape
from html.entities import html5
from typing import NamedTuple

LONGEST = 2_000_000
MOST_ATTRIBUTES = 100
WITHOUT_CONTENT = frozenset(
    {
        "script",
        "style",
        "title",
        "textarea",
        "select",
        "datalist",
        "svg",
        "math",
        "template",
        "object",
        "applet",
    }
    | {"iframe", "frameset", "noembed", "noframes", "audio", "video", "canvas", "map", "xml"}
)
CLOSES_ITSELF = frozenset({"svg", "math", "xml"})
NONE: dict[str, str] = {}
MARK = re.compile(r"<[a-zA-Z/!?]")
NAME = re.compile(r"[a-zA-Z][^\s/>]*")
ATTRIBUTE = re.compile(
    r"[\s/]*+(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?)", re.ASCII
)
REFERENCE = re.compile(r"&(#[0-9]{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[A-Za-z][A-Za-z0-9]{1,31};?)(=?)")
ENDINGS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in WITHOUT_CONTENT}
UNPRINTABLE = dict.fromkeys([*range(9), 11, *range(14, 32), 127, *range(0x80, 0xA0)]) | {12: " ", 13: "\n"}
TURNING = dict.fromkeys([0x202D, 0x202E, *range(0xD800, 0xE000), *range(0xE0000, 0xE0080)])
NEVER = UNPRINTABLE | TURNING


class Kind(IntEnum):
    """What a token is."""

    TEXT = 0
    START = 1
    END = 2
    VOID = 3


class Token(NamedTuple):
    """``value``: the text with its entities resolved, or the name of the tag in small letters."""

    kind: Kind
    value: str
    attributes: dict[str, str]


def tokens(html: str) -> Iterator[Token]:
    """Text, start and end tags; comments and everything that shows no text are left out."""
    html = html[:LONGEST].replace("\r\n", "\n").translate(NEVER)
    at, missing = 0, set[str]()
    while at < len(html):
        found = MARK.search(html, at)
        opening = found.start() if found else len(html)
        if opening > at:
            yield Token(Kind.TEXT, readable(html[at:opening]), NONE)
        if found is None:
            return
        token, at = _tag(html, opening, missing)
        if token is not None and token.kind is Kind.START and token.value in WITHOUT_CONTENT:
            at = _behind_content(html, at, token.value, missing)
        elif token is not None:
            yield token


def readable(text: str) -> str:
    """Text with its entities resolved and without characters that turn it around or aren't any."""
    return unescape(text).translate(NEVER) if "&" in text else text


def attribute_value(value: str) -> str:
    """An attribute's value with its entities resolved; “&copy=” in an address isn't one."""
    if "&" not in value:
        return value
    return REFERENCE.sub(_resolved, value).translate(NEVER)


def _resolved(found: re.Match[str]) -> str:
    name, sign = found[1], found[2]
    if name.endswith(";") or name.startswith("#"):
        return unescape(f"&{name}") + sign
    return found[0] if sign or name not in html5 else html5[name]


def _tag(html: str, at: int, missing: set[str]) -> tuple[Token | None, int]:
    """The token that begins with “<”, if it is one, and where it ends."""
    after = html[at + 1 : at + 2]
    if after in ("!", "?"):
        return None, _behind_comment(html, at, missing)
    is_end = after == "/"
    name = NAME.match(html, at + 1 + is_end)
    if name is None:
        return None, _behind_bracket(html, at)
    attributes, end = _attributes(html, name.end())
    value = name[0].lower()
    if not is_end and value in CLOSES_ITSELF and html[end - 2 : end] == "/>":
        return None, end
    return Token(Kind.END if is_end else Kind.START, value, attributes), end


def _attributes(html: str, at: int) -> tuple[dict[str, str], int]:
    if html.startswith(">", at):
        return NONE, at + 1
    found: dict[str, str] = {}
    for _count in range(MOST_ATTRIBUTES):
        match = ATTRIBUTE.match(html, at)
        if match is None:
            return found, len(html)
        at = match.end()
        closing, name, double, single, bare = match.groups()
        if closing:
            return found, at
        value = next((each for each in (double, single, bare) if each is not None), "")
        value = value if bare is None else bare.lstrip("\"'")
        found.setdefault(name.lower(), attribute_value(value))
    return found, _behind_bracket(html, at)


def _behind_bracket(html: str, at: int) -> int:
    return html.find(">", at) + 1 or len(html)


def _behind_comment(html: str, at: int, missing: set[str]) -> int:
    """Where a comment ends; one that doesn't is only its mark, so that it can't swallow the mail."""
    if not html.startswith("<!--", at) or html.startswith((">", "->"), at + 4):
        return _behind_bracket(html, at)
    closing = -1 if "--" in missing else html.find("-->", at + 4)
    if closing < 0:
        missing.add("--")
        return at + 4
    return closing + 3


def _behind_content(html: str, at: int, name: str, missing: set[str]) -> int:
    """Where an element ends whose content isn't shown; one that doesn't end is only its tag."""
    closing = None if name in missing else ENDINGS[name].search(html, at)
    if closing is None:
        missing.add(name)
        return at
    return _behind_bracket(html, closing.end())
