"""HTML of strangers: nothing acts, nothing loads, links tell the truth, and what was said is still there."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.channels.email import html, nesting
from tickets.channels.email.html import sanitise, to_text

HERE = Path(__file__).parent
HOSTILE = (HERE / "hostile_html.txt").read_text(encoding="utf-8").split("\n")[1:-1]
HOSTILE = [ast.literal_eval(f"'''{line} '''") for line in HOSTILE]
ATTRIBUTES = {name for names in html.ATTRIBUTES.values() for name in names} | {"rel", "target"}
LOADS = re.compile(
    r"url\s*\(|expression|@import|image-set|var\s*\(|binding|behavio|position|\\", re.IGNORECASE
)


class Inspector(HTMLParser):
    """Looks at every tag and attribute of what is shown, and fails at the first that acts or loads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = self.deepest = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in nesting.KNOWN, tag
        self.depth += tag not in nesting.VOID
        self.deepest = max(self.deepest, self.depth)
        names = [name for name, _value in attrs]
        assert set(names) <= ATTRIBUTES, names
        assert len(names) == len(set(names)), names
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag == "a":
            assert ("rel", "noopener noreferrer nofollow") in attrs
            assert ("target", "_blank") in attrs

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "href":
            assert tag == "a"
            assert re.match(r"(https?://[^/\\\s]|mailto:|tel:)", value), value
        elif name == "src":
            assert re.match(r"data:image/(png|jpeg|jpg|gif|webp|bmp);base64,[A-Za-z0-9+/=]+$", value), value
        elif name == "data-remote-src":
            assert re.match(r"https?://[^/\\\s]", value), value
        elif name == "style":
            assert not LOADS.search(value), value
        elif name not in ("alt", "title", "data-cid"):
            assert not re.search(r"[:\\(]", value), value

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def inspect(page: str) -> Inspector:
    """Fails if a sanitised page could do anything."""
    inspector = Inspector()
    inspector.feed(page)
    inspector.close()
    assert inspector.depth == 0
    return inspector


@pytest.mark.parametrize("page", HOSTILE)
def test_hostile_page_is_harmless(page: str) -> None:
    shown = sanitise(page)
    inspect(shown)
    assert sanitise(shown) == shown
    assert sanitise(f"<div>{shown}</div>") == (f"<div>{shown}</div>" if shown else "")


@pytest.mark.parametrize(
    "before", ["<table><tr>", "<p><b>", "<ul><li>", "<a href=https://a.example>", "<pre>", "<h1>"]
)
def test_hostile_page_is_harmless_inside_something(before: str) -> None:
    for page in HOSTILE:
        shown = sanitise(before + page)
        inspect(shown)
        assert sanitise(shown) == shown


def test_hostile_pages_are_harmless_together() -> None:
    for at in range(len(HOSTILE)):
        shown = sanitise("".join(HOSTILE[at:] + HOSTILE[:at]))
        inspect(shown)
        assert sanitise(shown) == shown


NAMES = ["p", "b", "i", "a", "div", "table", "tr", "td", "ul", "li", "pre", "font", "style", "caption", "col"]
NAMES += [
    "svg",
    "math",
    "script",
    "title",
    "template",
    "select",
    "h1",
    "h2",
    "blockquote",
    "dd",
    "dt",
    "th",
    "br",
]
PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "/>",
        '"',
        "'",
        "=",
        "<!--",
        "-->",
        "&",
        "&lt;",
        "&quot;",
        ";",
        "\x00",
        "\n",
        " ",
        "x",
        "é",
    ]
    + [f"<{name}>" for name in NAMES]
    + [f"</{name}>" for name in NAMES]
    + ['<a href="http://evil.example">', "https://bank.example", "<img src=cid:x>", "[evil.example]"]
    + ["<img src=http://x.example/y>", '<p style="color:red;position:fixed">', f"<b style='{html.MARK}'>"]
)
PAGES = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60))


@given(PAGES)
@settings(max_examples=400, deadline=None)
def test_any_page_is_harmless_and_sanitising_twice_changes_nothing(page: str) -> None:
    shown = sanitise(page)
    inspect(shown)
    assert sanitise(shown) == shown


@given(PAGES)
@settings(max_examples=200, deadline=None)
def test_any_page_becomes_text(page: str) -> None:
    assert "\x00" not in to_text(page)
