"""What an HTML mail says, as plain text: paragraphs, lists, quotes, links that can be read."""

import re

from tickets.channels.email import links, styles
from tickets.channels.email.markup import Kind, Token
from tickets.channels.email.nesting import nested

SPACES = re.compile(r"[ \t\r\n\v\f]+")
BLANK_LINES = re.compile(r"\n{3,}")
PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"}
)
LINES = frozenset(
    {
        "div",
        "tr",
        "li",
        "dt",
        "dd",
        "center",
        "address",
        "article",
        "aside",
        "details",
        "figure",
        "figcaption",
    }
    | {"footer", "header", "main", "nav", "section", "summary", "caption", "thead", "tbody", "tfoot"}
)
CELLS = frozenset({"td", "th"})
BESIDE = "\x1f"  # between cells; no text has it
RULE = "-" * 20
DEEPEST = 8


def to_text(html: str) -> str:
    """The page as plain text. Quotes get “> ” before each line, links their address behind them."""
    shown = _written(html, with_hidden=False)
    return shown or _written(html, with_hidden=True)


def _written(html: str, *, with_hidden: bool) -> str:
    paper = _Paper(with_hidden=with_hidden)
    for token in nested(html):
        paper.add(token)
    return paper.text()


class _Paper:
    """The text as it grows: finished lines, and the one that is being written."""

    def __init__(self, *, with_hidden: bool) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.with_hidden = with_hidden
        self.is_gap_wanted = False
        self.hidden: list[bool] = []
        self.hidden_count = 0
        self.quotes = self.quotes_above = self.pre = 0
        self.bullet = ""
        self.lists: list[int] = []
        self.cells: list[int] = []
        self.link: tuple[str, list[str]] | None = None

    def add(self, token: Token) -> None:
        """The next piece."""
        kind, name, attributes = token
        if kind == Kind.START:
            is_hidden = not self.with_hidden and styles.is_hidden(attributes.get("style", ""))
            self.hidden.append(is_hidden)
            self.hidden_count += is_hidden
        if not self.hidden_count:
            self._write(kind, name, attributes)
        if kind == Kind.END:
            self.hidden_count -= self.hidden.pop()

    def text(self) -> str:
        """All that was written."""
        self._break()
        return BLANK_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")

    def _write(self, kind: int, name: str, attributes: dict[str, str]) -> None:
        if kind == Kind.TEXT:
            self._text(name)
        elif kind == Kind.START:
            self._start(name, attributes)
        elif kind == Kind.END:
            self._end(name)
        elif name == "br":
            self._break(always=True)
        elif name == "hr":
            self._break()
            self.line.append(RULE)
            self._break()
        elif name == "img" and attributes.get("alt", "").strip():
            self._text(f"[{attributes['alt'].strip()[:200]}]")

    def _text(self, text: str) -> None:
        if self.pre:
            first, *others = text.split("\n")
            self.line.append(first)
            for each in others:
                self._break(always=True)
                self.line.append(each)
        else:
            self.line.append(SPACES.sub(" ", text))
        if self.link is not None:
            self.link[1].append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._space(name)
        if name == "a":
            self.link = links.safe(attributes.get("href", "")), []
        elif name == "blockquote":
            self.quotes += 1
        elif name == "pre":
            self.pre += 1
        elif name in ("ul", "ol"):
            self.lists.append(0 if name == "ol" else -1)
        elif name == "li":
            self.bullet = self._bullet()
        elif name == "tr":
            self.cells.append(0)
        elif name in CELLS:
            self._cell()

    def _end(self, name: str) -> None:
        self._space(name)
        if name == "a" and self.link is not None:
            self._address(*self.link)
            self.link = None
        elif name == "blockquote":
            self.quotes -= 1
        elif name == "pre":
            self.pre -= 1
        elif name in ("ul", "ol"):
            self.lists.pop()
            self.is_gap_wanted = not self.lists
        elif name == "tr":
            self.cells.pop()

    def _space(self, name: str) -> None:
        """Begin a line or a paragraph where an element begins or ends; lists in lists stand close."""
        if name in PARAGRAPHS or name in LINES:
            self._break()
        if name in PARAGRAPHS and not (self.lists and name in ("ul", "ol", "p")):
            self.is_gap_wanted = True

    def _cell(self) -> None:
        """Cells of a row stand side by side, as long as each is in one line."""
        if self.cells:
            self.cells[-1] += 1
            if self.cells[-1] > 1 and self.line and self.line[-1] != BESIDE:
                self.line.append(BESIDE)

    def _bullet(self) -> str:
        if not self.lists or self.lists[-1] < 0:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _address(self, href: str, said: list[str]) -> None:
        """Behind the words of a link stands where it leads, unless the words say it."""
        words = SPACES.sub(" ", "".join(said)).strip()
        bare = href.removeprefix("mailto:").removeprefix("tel:")
        is_said = words.rstrip("/") in (href.rstrip("/"), bare, re.sub(r"^https?://(?:www\.)?|/$", "", href))
        if href and words and not is_said and not (href.startswith("tel:") and bare[-4:] == words[-4:]):
            self.line.append(f" <{bare}>")

    def _break(self, *, always: bool = False) -> None:
        """End the line; an empty one only counts where a line break was written."""
        written = "".join(self.line).replace("\u00a0", " ")
        self.line.clear()
        is_delimiter = not self.pre and SPACES.sub(" ", written).lstrip() == "-- "
        cells = [
            each.rstrip() if self.pre else SPACES.sub(" ", each).strip() for each in written.split(BESIDE)
        ]
        written = " | ".join(each for each in cells if each)
        if not written and not always:
            return
        if self.is_gap_wanted and self.lines:
            self.lines.append(">" * min(self.quotes, self.quotes_above, DEEPEST))
        self.is_gap_wanted, self.quotes_above = False, self.quotes
        mark = ">" * min(self.quotes, DEEPEST) + " " if self.quotes else ""
        indent = "  " * min(len(self.lists) - 1 if self.bullet else len(self.lists), DEEPEST)
        line = f"{mark}{indent}{self.bullet}{written}".rstrip()
        self.lines.append("-- " if is_delimiter and line == "--" else line)
        self.bullet = ""
