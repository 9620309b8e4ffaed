"""HTML of strangers: nothing acts, nothing loads, links tell the truth, and what was said is still there."""

import ast
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.channels.email import html, nesting
from tickets.channels.email.html import has_remote_pictures, sanitise, to_text, with_pictures

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
@settings(max_examples=200, deadline=None)
def test_any_page_is_harmless_and_sanitising_twice_changes_nothing(page: str) -> None:
    shown = sanitise(page)
    inspect(shown)
    assert sanitise(shown) == shown


@given(PAGES)
@settings(max_examples=100, deadline=None)
def test_any_page_becomes_text(page: str) -> None:
    assert "\x00" not in to_text(page)


LINKS = [
    ("https://bank.example/x", "https://bank.example/x", ""),
    ("https://bank.example/x", "bank.example", ""),
    ("https://www.bank.example/x", "Bank.Example", ""),
    ("https://click.bank.example/x", "bank.example", ""),
    ("https://bank.example/x", "here", ""),
    ("https://bank.example/x", "invoice.pdf", ""),
    ("https://bank.example/x", "info@bank.example", ""),
    ("https://evil.example/x", "https://bank.example/login", "evil.example"),
    ("https://evil.example/x", "www.bank.example", "evil.example"),
    ("https://evil.example/x", "Go to bank.example now", "evil.example"),
    ("https://evil.example/bank.example", "bank.example", "evil.example"),
    ("https://bank.example.evil.example/", "bank.example", "bank.example.evil.example"),
    ("https://notbank.example/", "bank.example", "notbank.example"),
    ("https://bank.example@evil.example/", "bank.example", "evil.example"),
    ("https://bank.example%40evil.example/", "bank.example", ""),
    ("https://bank.example\\@evil.example/", "bank.example", ""),
    ("https://evil.example\\@bank.example/", "bank.example", "evil.example"),
    ("https:///evil.example/", "bank.example", "evil.example"),
    ("https:evil.example/", "bank.example", "evil.example"),
    ("//evil.example/", "bank.example", "evil.example"),
    ("https://%65vil.example/", "bank.example", "evil.example"),
    ("https://evil.example:8443/", "bank.example", "evil.example"),
    ("https://ｅｖｉｌ.example/", "bank.example", "evil.example"),
    ("https://evil.example/", "bank\u200b.exam\u00adple", "evil.example"),
    ("https://evil.example/", "bank。example", "evil.example"),
    ("https://evil.example/", "<b>bank</b>.<i>example</i>", "evil.example"),
    ("https://evil.example/", '<img alt="bank.example" src="cid:x">', "evil.example"),
    ("https://evil.example/", "bank&#46;example", "evil.example"),
    ("https://bаnk.example/", "bаnk.example", "xn--bnk-6cd.example"),
    ("https://müller.example/", "müller.example", ""),
    ("https://xn--mller-kva.example/", "müller.example", ""),
    ("mailto:anna@bank.example", "anna@bank.example", ""),
    ("mailto:anna@evil.example", "anna@bank.example", "evil.example"),
    ("mailto:anna@bank.example", "write to us", ""),
    ("tel:+4930123456", "030 123456", ""),
]


@pytest.mark.parametrize(("href", "said", "shown"), LINKS)
def test_link_that_pretends_shows_where_it_goes(href: str, said: str, shown: str) -> None:
    page = sanitise(f'<div>See <a href="{href}">{said}</a>, please</div>')
    assert re.findall(r"\[([^\]]+)\]", page) == ([shown] if shown else [])
    assert sanitise(page) == page
    assert (f" [{shown}]</b>, please" if shown else "</a>, please") in page


def test_link_cannot_bring_its_own_mark() -> None:
    link = '<a href="https://evil.example/">bank.example</a>'
    page = sanitise(f'{link}<b style="{html.MARK}"> [bank.example]</b>')
    assert to_text(page).endswith("[evil.example]")
    assert "[bank.example]" not in page


HREFS = [
    ("http://a.example/x?b=1&amp;c=2#d", "http://a.example/x?b=1&c=2#d"),
    ("http://a.example/x?b=1&copy=2&reg=3", "http://a.example/x?b=1&copy=2&reg=3"),
    ("  HTTPS://A.example/ ", "https://A.example/"),
    ("www.a.example/x", "http://www.a.example/x"),
    ("https://a.example/x y.pdf", "https://a.example/x%20y.pdf"),
    ("ht\ntps://a.exam\nple/x", "https://a.example/x"),
    ("mailto:a@a.example?subject=Hi there", "mailto:a@a.example?subject=Hi%20there"),
    ("tel:+49-30-123", "tel:+49-30-123"),
    ("ftp://a.example/", ""),
    ("sip:x@a.example", ""),
    ("http://", ""),
    ("/x", ""),
    ("#x", ""),
    ("x" * 9_000, ""),
]


@pytest.mark.parametrize(("written", "kept"), HREFS)
def test_link_leads_where_a_browser_would_go(written: str, kept: str) -> None:
    found = re.search(r'href="([^"]*)"', sanitise(f'<a href="{written}">x</a>'))
    assert (found[1].replace("&amp;", "&") if found else "") == kept


STYLES = [
    ("color:red", "color:red"),
    ("COLOR : #FF0000 ; font-weight:bold", "color:#FF0000;font-weight:bold"),
    ("font-family:'Segoe UI', Arial", "font-family:'Segoe UI', Arial"),
    ("font-family:Calibri,sans-serif;mso-fareast-language:DE", "font-family:Calibri,sans-serif"),
    ("background:#eee url(http://x.example/y) no-repeat", "background-color:#eee"),
    ("background-image:url(x);color:rgb(1, 2, 3)", "color:rgb(1, 2, 3)"),
    ("border-left:2px solid #ccc !important", "border-left:2px solid #ccc"),
    ("display:none", "display:none"),
    ("display:flex;position:absolute;z-index:3;opacity:0", ""),
    ("margin-left:-5px;text-indent:-99px", ""),
    ("font-size:0;color:transparent;color:rgba(0,0,0,0)", ""),
    ("font-size:1px;line-height:0", "line-height:0"),
    ("width:100000px", ""),
    ("color:red;color:red", "color:red"),
    ("width:calc(100% - 1px);height:env(x)", ""),
    ("color:red'", ""),
    ("x" * 5_000, ""),
    (";;:;color", ""),
]


@pytest.mark.parametrize(("written", "kept"), STYLES)
def test_style_keeps_what_is_harmless(written: str, kept: str) -> None:
    shown = f'<p style="{kept}">x</p>' if kept else "<p>x</p>"
    assert sanitise(f'<p style="{written}">x</p>') == shown


PIXELS = [
    'width="1" height="1"',
    "width=0",
    'style="display:none"',
    'style="width:1px;height:1px"',
    "height=1px",
]
PIXELS += [
    'style="max-height:0;max-width:0"',
    'width="2" height="2"',
    'style="visibility:hidden"',
    'style="opacity:0"',
]


@pytest.mark.parametrize("size", PIXELS)
def test_tracking_pixel_never_loads(size: str) -> None:
    page = sanitise(f'<p>Hi</p><img src="https://t.example/p.gif" {size}>')
    assert page == "<p>Hi</p>"
    hidden = sanitise('<div style="display:none">x<img src="https://t.example/p.gif"></div>')
    assert "t.example" not in hidden


def test_pictures_load_only_when_asked() -> None:
    page = sanitise(
        '<img src="https://x.example/a.png?b&amp;c" alt="A" width="600" height="1"><img src="CID:a%40b">'
    )
    assert page == (
        '<img alt="A" width="600" height="1" data-remote-src="https://x.example/a.png?b&amp;c"><img data-cid="a@b">'
    )
    assert has_remote_pictures(page)
    assert with_pictures(page, {}, allow_remote=False) == page
    own = with_pictures(page, {"a@b": "/files/1?shown&x"}, allow_remote=False)
    assert re.findall(r' src="([^"]*)"', own) == ["/files/1?shown&amp;x"]
    every = with_pictures(page, {"<A@B>": "/files/1"}, allow_remote=True)
    assert re.findall(r' src="([^"]*)"', every) == ["https://x.example/a.png?b&amp;c", "/files/1"]


def test_words_about_pictures_are_no_pictures() -> None:
    page = sanitise(
        "<p>&lt;img data-remote-src=&quot;https://x.example/&quot;&gt;</p><p title='<img data-cid=\"x\">'>y</p>"
    )
    assert not has_remote_pictures(page)
    assert with_pictures(page, {"x": "/files/1"}, allow_remote=True) == page


def test_picture_goes_to_its_part() -> None:
    parts = {"a@b": "part-7"}
    page = sanitise('<img src="cid:a@b"><img src="cid:nobody" alt="lost">', link_to_part=parts.get)
    assert page == '<img data-cid="part-7"><img alt="lost">'


def test_picture_in_the_page_itself_stays() -> None:
    page = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert sanitise(page) == page
    assert sanitise('<img src="data:image/svg+xml;base64,iVBORw0KGgo=">') == ""


def test_page_without_anything_to_see_is_empty() -> None:
    assert sanitise("<style>p{}</style><p> </p><br><img width=1 height=1 src=http://x.example/>") == ""


TEXTS = [
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
    ("<div>One</div><div>Two</div>", "One\nTwo"),
    ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
    ("  a \n b&nbsp;&nbsp;c ", "a b c"),
    ("<ul><li>a<li>b<ol><li>c</ol></ul>d", "- a\n- b\n  1. c\n\nd"),
    ("<ol><li><p>a</p><p>b</p></li><li>c</li></ol>", "1. a\n  b\n2. c"),
    ("<table><tr><td>A</td><td>1</td></tr><tr><td></td><td>2</td></tr></table>", "A | 1\n2"),
    ("<table> <tr> <td> </td> <td>| A</td> <td> </td> <td>1 |</td> <td> </td></tr></table>", "| A | 1 |"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc"),
    ('<a href="https://x.example/a">here</a>', "here <https://x.example/a>"),
    ('<a href="https://x.example/">x.example</a>', "x.example"),
    ('<a href="https://x.example/a">https://x.example/a</a>', "https://x.example/a"),
    ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
    ('<a href="mailto:a@x.example">write</a>', "write <a@x.example>"),
    ('<a href="tel:+49301234">030 1234</a>', "030 1234"),
    ('<a href="javascript:x">here</a>', "here"),
    ('<a href="https://x.example"><img src="https://x.example/l.png"></a>', ""),
    ('<img src="cid:x" alt="Chart">', "[Chart]"),
    ("a<hr>b", "a\n--------------------\nb"),
    ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
    ("<style>p{color:red}</style><title>T</title><script>x</script><p>a</p>", "a"),
    ("<!-- x --><p>a<!--[if mso]>mso<![endif]--></p>", "a"),
    ('<div style="display:none">Preview</div><p>a</p>', "a"),
    ('<div style="display:none">all</div>', "all"),
    ("-- <br>Max", "-- \nMax"),
    ("&lt;b&gt; &amp; 5 < 6", "<b> & 5 < 6"),
    ("<p>a</p></div></p><p>b", "a\n\nb"),
    ("", ""),
]


@pytest.mark.parametrize(("page", "text"), TEXTS)
def test_page_reads_as_text(page: str, text: str) -> None:
    assert to_text(page) == text


HUGE = {
    "nested divs": "<div>" * 10_000 + "x",
    "far too many divs": "<div>" * 100_000 + "x",
    "nested tables": "<table><tr><td>" * 10_000 + "x",
    "nested lists": "<ul><li>" * 10_000 + "x",
    "formatting over paragraphs": "".join(f"<font color={n}><p>" for n in range(8_000)) + "x",
    "formatting never closed": "".join(f"<b title={n}>" for n in range(8_000)) + "x",
    "links never closed": "<a href=http://a.example>x" * 6_000,
    "misnested": "<b><i><u>x</b></i>" * 6_000,
    "comments never closed": "<!--" * 200_000 + "x",
    "styles never closed": "<style>" * 100_000 + "x",
    "quotes never closed": "<a href='" * 100_000 + ">x",
    "attributes": "<p " + "x=y " * 300_000 + ">x",
    "angle brackets": "x" + "<" * 400_000,
    "ampersands": "x" + "&" * 400_000,
    "spaces": "x" + " " * 1_000_000 + "y",
    "spaces in a tag": "<p" + " " * 1_000_000 + ">x",
    "one word": "x" * 1_500_000,
    "styles": '<p style="' + "color:red;" * 100_000 + '">x',
    "value of a style": '<p style="font-family:' + "a," * 100_000 + '">x',
    "hosts": '<a href="http://a.example/">' + "a." * 200_000 + "b</a>",
    "address": '<a href="http://' + "a." * 200_000 + '">x</a>',
    "picture": '<img alt=x src="data:image/png;base64,' + "A" * 1_000_000 + '">',
    "columns": "<table><tr>" + "<td>x" * 12_000,
    "wide and long": "<table><tr><td>" + "x" * 200_000 + "<tr><td>y" * 8_000,
}


@pytest.mark.parametrize("page", [pytest.param(page, id=name) for name, page in HUGE.items()])
def test_huge_page_takes_little_time_and_stays_shallow(page: str) -> None:
    start = time.process_time()
    shown = sanitise(page)
    text = to_text(page)
    assert time.process_time() - start < 5
    assert inspect(shown).deepest <= nesting.DEEPEST * 2
    assert len(shown) < 20 * len(page) + 1_000
    assert len(text) < 3 * len(page) + 1_000
    assert "x" in text
