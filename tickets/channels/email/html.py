"""HTML of strangers made harmless: an allow-list, no remote loads, links that show where they go."""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from urllib.parse import urlsplit

import nh3
from inscriptis import get_text
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml import html as lxml_html

LONGEST = 2_000_000
DEEPEST = 200
SCHEMES = {"http", "https", "mailto", "tel"}
BLOCKS = (
    "address article aside blockquote center dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main"
    " ol p pre section ul"
)
INLINE = (
    "a abbr acronym b bdi bdo big br cite code del dfn em font i img ins kbd mark q rp rt ruby s samp small span strike"
    " strong sub sup time tt u var wbr"
)
TABLES = "caption col colgroup table tbody td tfoot th thead tr"
TAGS = set(f"{BLOCKS} {INLINE} {TABLES}".split())
DROPPED = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select"}
SHARED = {"dir", "lang", "title", "style", "align"}
ATTRIBUTES = {
    "*": SHARED,
    "a": {"href", "name"},
    "img": {"alt", "width", "height", "data-remote-src", "data-cid"},
    "font": {"color", "size", "face"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": {"width", "height", "colspan", "rowspan", "valign", "bgcolor"},
    "th": {"width", "height", "colspan", "rowspan", "valign", "bgcolor", "scope"},
    "tr": {"valign", "bgcolor"},
    "col": {"width", "span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "li": {"value"},
    "blockquote": {"type"},
    "time": {"datetime"},
}
STYLES = set(
    ["color", "background-color", "font-family", "font-size", "font-style", "font-weight", "text-align", "text-decoration", "text-indent", "line-height", "letter-spacing", "vertical-align", "white-space", "margin", "margin-top", "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left", "border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-style", "border-width", "border-collapse", "border-spacing", "border-radius", "width", "max-width", "height", "list-style-type"]
)
FORBIDDEN_STYLE = re.compile(r"url\s*\(|expression|@import|image\s*\(|image-set|\\|/\*|javascript:", re.IGNORECASE)
IMAGE = re.compile(r'<img((?:\s+[\w-]+(?:="[^"]*")?)*)\s*/?>', re.IGNORECASE)
DATA_CID = re.compile(r'\sdata-cid="([^"]*)"')
DATA_REMOTE = re.compile(r'\sdata-remote-src="([^"]*)"')
LOOKS_LIKE_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,24})(?:[/:?#\s]|$)", re.IGNORECASE)
BLANK_LINES = re.compile(r"\n{3,}")
UNWANTED = re.compile(r"<!--.*?-->|<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def sanitise(html: str) -> str:
    """The page without anything that acts, loads or lies. Doing it twice changes nothing."""
    first = _cleaned(_bounded(html), keep_src=True)
    if not first.strip():
        return ""
    return _cleaned(_rewritten(first), keep_src=False).strip()


def with_pictures(html: str, urls: Mapping[str, str], *, allow_remote: bool) -> str:
    """A sanitised page with the pictures that came along, and on demand those of other servers."""

    def shown(found: re.Match[str]) -> str:
        attributes = found[1]
        cid, remote = DATA_CID.search(attributes), DATA_REMOTE.search(attributes)
        url = urls.get(unescape(cid[1])) if cid else unescape(remote[1]) if remote and allow_remote else None
        return f'<img{attributes} src="{escape(url)}">' if url else found[0]

    return IMAGE.sub(shown, html)


def has_remote_pictures(html: str) -> bool:
    """Whether a sanitised page has pictures that were not loaded."""
    return DATA_REMOTE.search(html) is not None


def to_text(html: str) -> str:
    """What the page says, as plain text."""
    safe = _cleaned(_bounded(UNWANTED.sub("", html)), keep_src=False)
    if not safe.strip():
        return ""
    try:
        text = get_text(f"<html><body>{safe}</body></html>", ParserConfig(display_links=False))
    except (RecursionError, ValueError, etree.LxmlError):
        text = unescape(re.sub(r"<[^>]*>", " ", safe))
    lines = [line.rstrip().replace("\xa0", " ") for line in text.split("\n")]
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _cleaned(html: str, *, keep_src: bool) -> str:
    attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
    if keep_src:
        attributes["img"] |= {"src"}
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=attributes,
        attribute_filter=_attribute,
        url_schemes=SCHEMES | ({"cid"} if keep_src else set()),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=STYLES,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if FORBIDDEN_STYLE.search(value) else value
    if name == "data-remote-src":
        return value if value.lower().startswith(("http://", "https://")) else None
    return value


def _bounded(html: str) -> str:
    """Short enough, without control characters, and not nested deeper than a parser can stand."""
    html = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", html[:LONGEST])
    return html if html.count("<") < DEEPEST or _depth(html) <= DEEPEST else re.sub(r"</?(?:div|span|font|b|i|u|p|center|blockquote|table|tbody|tr|td)\b[^>]*>", " ", html, flags=re.IGNORECASE)


def _depth(html: str) -> int:
    """How deep elements are nested, roughly: void and unclosed ones count too."""
    depth = deepest = 0
    for found in re.finditer(r"<(/?)([a-zA-Z]+)", html):
        if found[2].lower() in ("br", "img", "hr", "meta", "link", "input", "col", "wbr", "p", "li"):
            continue
        depth = max(depth - 1, 0) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _rewritten(html: str) -> str:
    """Pictures set aside, links that pretend marked."""
    try:
        root = lxml_html.fragment_fromstring(html, create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        return html
    for image in root.iter("img"):
        _set_aside(image)
    for link in list(_links(root)):
        _show_where_it_goes(link)
    text = lxml_html.tostring(root, encoding="unicode")
    return text[len("<div>") : -len("</div>")] if text.startswith("<div>") else text


def _links(root: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
    yield from (link for link in root.iter("a") if link.get("href"))


def _set_aside(image: lxml_html.HtmlElement) -> None:
    source = (image.attrib.pop("src", "") or "").strip()
    if source.lower().startswith("cid:"):
        image.set("data-cid", source[4:].strip("<> "))
    elif source.lower().startswith(("http://", "https://")):
        image.set("data-remote-src", source)
    elif source.startswith("//"):
        image.set("data-remote-src", f"https:{source}")


def _show_where_it_goes(link: lxml_html.HtmlElement) -> None:
    """When the words of a link look like one host and it leads to another, the other stands behind it."""
    said = LOOKS_LIKE_HOST.match("".join(link.itertext()).strip())
    try:
        goes = (urlsplit(link.get("href", "")).hostname or "").lower()
    except ValueError:
        goes = "?"
    if said is None or not goes or _same_site(said[1].lower(), goes):
        return
    mark = f" [{goes}]"
    if not (link.tail or "").startswith(mark):
        link.tail = mark + (link.tail or "")


def _same_site(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or other.endswith(f".{one}")
