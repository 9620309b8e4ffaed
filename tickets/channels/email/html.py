"""HTML of strangers made harmless: an allow-list, no remote loads, links that show where they go."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from urllib.parse import unquote

import nh3

from tickets.channels.email import links, pictures, styles
from tickets.channels.email.markup import Kind, Token
from tickets.channels.email.nesting import KNOWN, nested
from tickets.channels.email.plain import to_text

__all__ = ["has_remote_pictures", "sanitise", "to_text", "with_pictures"]

WORD = re.compile(r"[\w%#.+-]{1,40}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,6}")
LENGTH = re.compile(r"\d{1,4}(?:\.\d{1,3})?(?:%|px)?")
FACE = re.compile(r"[\w\s,'-]{1,120}")
SHORT = re.compile(r".{1,1000}", re.DOTALL)
VALUES = {
    **dict.fromkeys(("align", "valign", "bgcolor", "color", "dir", "lang", "scope", "nowrap"), WORD),
    **dict.fromkeys(("width", "height", "cellpadding", "cellspacing", "border"), LENGTH),
    **dict.fromkeys(("start", "value", "size", "span"), NUMBER),
    **dict.fromkeys(("colspan", "rowspan"), re.compile(r"\d{1,3}")),
    **dict.fromkeys(("alt", "title"), SHORT),
    "face": FACE,
    "type": re.compile(r"cite|[1aAiI]|disc|circle|square"),
}
CELL = {"align", "valign", "bgcolor", "width", "height", "colspan", "rowspan", "nowrap"}
BOX = {"align", "width"}
ATTRIBUTES = {
    "*": {"dir", "lang", "title", "style"},
    "a": {"href"},
    "img": {"alt", "width", "height", "align", "border", "src", "data-cid", "data-remote-src"},
    "font": {"color", "size", "face"},
    "table": {"align", "width", "height", "bgcolor", "border", "cellpadding", "cellspacing"},
    "tr": {"align", "valign", "bgcolor", "height"},
    "td": CELL,
    "th": CELL | {"scope"},
    "col": {"width", "span", "align"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "blockquote": {"type"},
    "hr": {"align", "width", "size", "color"},
    **dict.fromkeys(("div", "p", "center", "caption", "h1", "h2", "h3", "h4", "h5", "h6"), BOX),
}
LONGEST_TEXT = 10_000
MOST_ESCAPED = 100_000
MARK = "background-color:#fff;color:#9b1c1c;font-size:13px"
MARKED = re.compile(r" \[[^\[\]]{1,300}\]")
IMAGE = re.compile(r'<img\b((?:\s[\w-]+="[^"]*")*)\s*/?>')
SOURCE = re.compile(r'\s(src|data-cid|data-remote-src)="([^"]*)"')
Part = Callable[[str], str | None]


def sanitise(html: str, *, link_to_part: Part = str) -> str:
    """The page without anything that acts, loads or lies. Doing it twice changes nothing.

    ``link_to_part`` says by which id a picture of the mail itself goes from now on; None for no such picture.
    """
    if not html.strip():
        return ""
    page = _Page(link_to_part)
    for token in nested(html):
        page.add(token)
    return CLEANER.clean("".join(page.out)).strip() if page.shows_anything else ""


def with_pictures(html: str, urls: Mapping[str, str], *, allow_remote: bool) -> str:
    """A sanitised page with the pictures that came along, and on demand those of other servers."""
    known = {_bare_id(each): url for each, url in urls.items()}

    def shown(found: re.Match[str]) -> str:
        sources = {name: unescape(value) for name, value in SOURCE.findall(found[1])}
        url = known.get(_bare_id(sources.get("data-cid", "")), "")
        if allow_remote and not url:
            url = sources.get("data-remote-src", "")
        if not url:
            return found[0]
        return f'<img src="{escape(url)}" referrerpolicy="no-referrer"{SOURCE.sub("", found[1])}>'

    return IMAGE.sub(shown, html)


def has_remote_pictures(html: str) -> bool:
    """Whether a sanitised page has pictures that were not loaded."""
    return any(
        name == "data-remote-src" for image in IMAGE.findall(html) for name, _url in SOURCE.findall(image)
    )


class _Page:
    """The page as it grows."""

    def __init__(self, link_to_part: Part) -> None:
        self.out: list[str] = []
        self.shows_anything = False
        self._link_to_part = link_to_part
        self._hidden: list[bool] = []
        self._link: list[str] | None = None
        self._href = ""
        self._is_behind_link = False
        self._mark: str | None = None
        self._escaped = 0

    def add(self, token: Token) -> None:
        """The next piece. Marks behind links are taken away first: they are made anew."""
        kind, name, attributes = token
        if self._mark is not None and self._is_swallowed(kind, name):
            return
        is_mark = self._is_behind_link and kind == Kind.START and attributes.get("style") == MARK
        self._is_behind_link = False
        if is_mark and name == "b":
            self._mark = ""
        elif kind == Kind.TEXT:
            self._text(name)
        elif kind == Kind.END:
            self._end(name)
        elif name == "img":
            self._image(attributes)
        else:
            self._start(kind, name, attributes)

    def _is_swallowed(self, kind: int, name: str) -> bool:
        """Whether this is a piece of a mark; if it turns out to be none, it is written after all."""
        written = self._mark or ""
        if kind == Kind.TEXT:
            self._mark = written + name
            return True
        self._mark = None
        if kind == Kind.END and MARKED.fullmatch(written):
            return True
        self._start(Kind.START, "b", {"style": MARK})
        self._text(written)
        return False

    def _text(self, text: str) -> None:
        if self._link is not None:
            self._link.append(text)
        if self.out and self.out[-1].startswith("<pre"):
            text = text.lstrip("\n")  # browsers leave out the first line break there
        self.shows_anything = self.shows_anything or bool(text.strip())
        for at in range(0, len(text), LONGEST_TEXT):
            written = escape(text[at : at + LONGEST_TEXT], quote=False)
            self._escaped += len(written) - len(text[at : at + LONGEST_TEXT])
            if self._escaped > MOST_ESCAPED:
                self._escaped = 0
                self.out.append(
                    "<wbr>"
                )  # nh3 takes time by the square of what is escaped in one piece of text
            self.out.append(written)

    def _start(self, kind: int, name: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "")
        if kind == Kind.START:
            self._hidden.append(bool(style) and styles.is_hidden(style))
        if name == "a":
            self._link, self._href = [], links.safe(attributes.get("href", ""))
            attributes = {**attributes, "href": self._href}
        self._escaped = 0
        self.out.append(_tag(name, attributes) if attributes else f"<{name}>")

    def _end(self, name: str) -> None:
        self._hidden.pop()
        self.out.append(f"</{name}>")
        if name == "a" and self._link is not None:
            self._is_behind_link = True
            goes = links.pretended(self._href, "".join(self._link))
            self._link = None
            if goes:
                self.out.append(f'<b style="{MARK}"> [{escape(goes)}]</b>')

    def _image(self, attributes: dict[str, str]) -> None:
        found = pictures.source(attributes, is_hidden=any(self._hidden), link_to_part=self._link_to_part)
        alt = attributes.get("alt", "").strip()
        if not found and not alt:
            return
        if self._link is not None:
            self._link.append(alt)
        self.shows_anything = True
        others = {name: value for name, value in attributes.items() if name not in pictures.SOURCES}
        self.out.append(_tag("img", others | found))


def _tag(name: str, attributes: dict[str, str]) -> str:
    allowed = ATTRIBUTES.get(name, frozenset()) | ATTRIBUTES["*"]
    kept = ((key, _value(key, value)) for key, value in attributes.items() if key in allowed)
    written = "".join(f' {key}="{escape(value)}"' for key, value in kept if value)
    return f"<{name}{written}>"


def _value(name: str, value: str) -> str:
    """An attribute's value, if it is harmless."""
    if name == "style":
        return styles.safe(value)
    pattern = VALUES.get(name)
    if pattern is None:
        return value
    value = value.strip()
    return value if pattern.fullmatch(value) else ""


def _bare_id(content_id: str) -> str:
    return unquote(content_id).strip("<> ").casefold()


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The last gate: what nh3 may leave in an attribute."""
    if name == "href":
        return links.safe(value) or None
    if name in pictures.SOURCES:
        return value if pictures.is_harmless(name, value) else None
    return _value(name, value) or None


CLEANER = nh3.Cleaner(
    tags=set(KNOWN),
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "data"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
