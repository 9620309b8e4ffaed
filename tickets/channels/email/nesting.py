"""Turning the tags of any HTML into a proper nesting of bounded depth, in linear time."""

from collections.abc import Iterator, Set

from tickets.channels.email.markup import NONE, Kind, Token, tokens

DEEPEST = 120
REOPENED = 4
VOID = frozenset({"br", "hr", "img", "wbr", "col"})
FORMATTING = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i"}
    | {"ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var"}
)
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl"}
    | {"dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"li", "main", "nav", "ol", "p", "pre", "section", "summary", "ul"}
)
TABLE = frozenset({"table", "caption", "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th"})
KNOWN = VOID | FORMATTING | BLOCKS | TABLE
NOTHING = frozenset[str]()
CELLS = frozenset({"td", "th", "caption"})
WALLS = CELLS | {"table"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SECTIONS = frozenset({"tbody", "thead", "tfoot"})
ROWS = SECTIONS | {"table", "tr", "colgroup"}
ENDS_PARAGRAPH = BLOCKS | {"table", "hr"}
CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), WALLS | {"ul", "ol"}),
    "dt": (frozenset({"dt", "dd"}), WALLS | {"dl"}),
    "dd": (frozenset({"dt", "dd"}), WALLS | {"dl"}),
    "a": (frozenset({"a"}), WALLS),
}
PARENTS = {
    **dict.fromkeys(("td", "th"), SECTIONS | {"tr", "table"}),
    "tr": SECTIONS | {"table"},
    "col": frozenset({"colgroup", "table"}),
    **dict.fromkeys((*SECTIONS, "caption", "colgroup"), frozenset({"table"})),
}


def nested(html: str) -> Iterator[Token]:
    """The tokens of a page; every start tag of a known element has its end tag, in the right order.

    Tags of unknown elements are left out, and those that are too deep; their text stays.
    """
    nesting = _Nesting()
    for token in tokens(html):
        kind, name, _attributes = token
        if kind == Kind.TEXT:
            nesting.text(token)
        elif name in KNOWN:
            if kind == Kind.START:
                nesting.start(token)
            else:
                nesting.end(name)
        yield from nesting.out
        nesting.out.clear()
    nesting.close(0)
    yield from nesting.out


class _Nesting:
    """The elements that are open, and the tokens that came of the last step."""

    def __init__(self) -> None:
        self.out: list[Token] = []
        self.open: list[Token] = []
        self.count = dict.fromkeys(KNOWN, 0)
        self.dropped = dict.fromkeys(KNOWN, 0)

    def text(self, token: Token) -> None:
        """Text; in a table it stands in a cell."""
        if self.open and self.open[-1].value in ROWS and not token.value.isspace():
            self._open_cell()
        self.out.append(token)

    def start(self, token: Token) -> None:
        """Open an element, after closing what ends where it begins."""
        name = token.value
        if name in PARENTS:
            self._start_row(token)
            return
        if self.open and self.open[-1].value in ROWS:
            self._open_cell()
        if name in CLOSES:
            self._close_before(*CLOSES[name])
        if name in ENDS_PARAGRAPH:
            self._end_paragraph()
        if name in HEADINGS and self.open and self.open[-1].value in HEADINGS:
            self.close(len(self.open) - 1)
        if name in VOID:
            self.out.append(Token(Kind.VOID, name, token.attributes))
        else:
            self._push(token)

    def _start_row(self, token: Token) -> None:
        """Open a piece of a table, in the piece to which it belongs; outside of tables it is left out."""
        name = token.value
        at = self._find(PARENTS[name], NOTHING) if self.count["table"] else None
        if at is None:
            self.dropped[name] += name != "col"
            return
        self.close(at + 1)
        if name == "col":
            self.out.append(Token(Kind.VOID, name, token.attributes))
            return
        if name in CELLS and name != "caption" and self.open[-1].value != "tr":
            self._push(Token(Kind.START, "tr", NONE))
        self._push(token)

    def _open_cell(self) -> None:
        """What stands in a table outside of its cells gets a cell."""
        self._start_row(Token(Kind.START, "td", NONE))

    def end(self, name: str) -> None:
        """Close an element, if it is open here."""
        if self.dropped[name]:
            self.dropped[name] -= 1
        elif name == "br":
            self.out.append(Token(Kind.VOID, "br", NONE))
        elif self.count[name]:
            walls = {"table"} if name in TABLE else WALLS
            at = self._find({name}, walls - {name})
            if at is not None:
                self._close_and_reopen(at)

    def close(self, at: int) -> None:
        """Close all elements from ``at`` on."""
        while len(self.open) > at:
            name = self.open.pop().value
            self.count[name] -= 1
            self.out.append(Token(Kind.END, name, NONE))

    def _push(self, token: Token) -> None:
        if len(self.open) >= DEEPEST:
            self.dropped[token.value] += 1
            return
        self.open.append(token)
        self.count[token.value] += 1
        self.out.append(token)

    def _close_and_reopen(self, at: int) -> None:
        """Close an element; bold and the like that were opened in it go on."""
        inside = self.open[at + 1 :]
        is_table = self.open[at].value in TABLE
        self.close(at)
        if is_table or len(inside) > REOPENED:
            return
        if all(token.value in FORMATTING and token.value != "a" for token in inside):
            for token in inside:
                self._push(token)

    def _close_before(self, names: frozenset[str], walls: frozenset[str]) -> None:
        if any(self.count[name] for name in names):
            at = self._find(names, walls)
            if at is not None:
                self.close(at)

    def _end_paragraph(self) -> None:
        if self.count["p"]:
            at = self._find({"p"}, WALLS)
            if at is not None:
                self._close_and_reopen(at)

    def _find(self, names: Set[str], walls: Set[str]) -> int | None:
        """The innermost open element of these names that no wall stands before."""
        for at in range(len(self.open) - 1, -1, -1):
            value = self.open[at].value
            if value in names:
                return at
            if value in walls:
                return None
        return None
