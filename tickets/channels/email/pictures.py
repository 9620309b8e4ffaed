"""Where the pictures of a mail come from: the mail itself, another server, or a tracker."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from tickets.channels.email import links, styles

SOURCES = frozenset({"src", "data-cid", "data-remote-src"})
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp|bmp);base64,[A-Za-z0-9+/]{8,2000000}={0,2}")
CONTENT_ID = re.compile(r"[^\s<>\"'`]{1,400}")
NUMBER = re.compile(r"\s*(\d{1,6})")
DOT = 2


def source(
    attributes: dict[str, str], *, is_hidden: bool, link_to_part: Callable[[str], str | None]
) -> dict[str, str]:
    """The one attribute that says where a picture is; empty if it has none, or is only there to spy."""
    address = (attributes.get("src") or "").strip()
    content_id = attributes.get("data-cid") or ""
    if address[:4].lower() == "cid:":
        content_id = address[4:]
    if content_id:
        part = link_to_part(unquote(content_id).strip("<> \t\r\n"))
        return {"data-cid": part} if part and CONTENT_ID.fullmatch(part) else {}
    if address[:5].lower() == "data:":
        packed = re.sub(r"\s+", "", address)
        return {"src": packed} if EMBEDDED.fullmatch(packed) else {}
    remote = _remote(address or attributes.get("data-remote-src") or "")
    return {"data-remote-src": remote} if remote and not is_hidden and not is_spy(attributes) else {}


def is_harmless(name: str, value: str) -> bool:
    """Whether a picture may have this attribute."""
    if name == "src":
        return EMBEDDED.fullmatch(value) is not None
    if name == "data-cid":
        return CONTENT_ID.fullmatch(value) is not None
    return bool(_remote(value))


def _remote(address: str) -> str:
    """An address at another server, or nothing."""
    found = links.safe(address)
    return found if found.startswith(("http://", "https://")) else ""


def is_spy(attributes: dict[str, str]) -> bool:
    """A picture that nobody can see is loaded to learn that the mail was opened."""
    style = attributes.get("style", "")
    found = styles.sizes(style)
    for name in ("width", "height"):
        size = NUMBER.match(attributes.get(name, ""))
        if size and not attributes[name].strip().endswith("%"):
            found.setdefault(name, int(size[1]))
    return styles.is_hidden(style) or (bool(found) and max(found.values()) <= DOT)
