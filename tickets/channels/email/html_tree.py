"""A page as a tree, with the lines in which its text stands; and the page that is left of it without some."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from tickets.channels.email import pictures, styles
from tickets.channels.email.markup import Kind
from tickets.channels.email.nesting import BLOCKS, CELLS, TABLE, VOID, nested

RULE = "_" * 32
ENDS_LINE = BLOCKS | (TABLE - CELLS) | {"caption"}


@dataclass(slots=True, eq=False)
class Node:
    """An element, or a piece of text if it has no name. ``line`` is where it begins."""

    name: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)
    line: int = 0
    ends_line: bool = False


def parse(html: str) -> Node:
    """The page as a tree of bounded depth; in preformatted text every line is a piece of its own."""
    root = Node("div")
    path, preformatted = [root], 0
    for kind, value, attributes in nested(html):
        if kind == Kind.END:
            preformatted -= path.pop().name == "pre"
        elif kind == Kind.TEXT:
            pieces = value.split("\n") if preformatted else [value]
            path[-1].children += [Node(text=f"{piece}\n", ends_line=True) for piece in pieces[:-1]]
            path[-1].children += [Node(text=pieces[-1])] if pieces[-1] else []
        else:
            node = Node(value, attributes=attributes)
            path[-1].children.append(node)
            if kind == Kind.START:
                path.append(node)
                preformatted += value == "pre"
    return root


class Written:
    """The lines of a tree, as text. ``enter`` and ``leave`` are told of every element on the way."""

    def __init__(self, root: Node, enter: Callable[[Node], None], leave: Callable[[Node], None]) -> None:
        self.lines: list[str] = [""]
        self._enter, self._leave = enter, leave
        self._hidden = 0
        self._walk(root)

    @property
    def at(self) -> int:
        """The number of the line that is being written."""
        return len(self.lines) - 1

    def _walk(self, node: Node) -> None:
        if node.name in ENDS_LINE:
            self.end_line()
        node.line = self.at
        if not node.name:
            self._write(node.text)
            if node.ends_line:
                self.lines.append("")
        elif node.name in VOID:
            self._void(node)
        else:
            self._element(node)

    def _element(self, node: Node) -> None:
        is_hidden = styles.is_hidden(node.attributes.get("style", ""))
        self._hidden += is_hidden
        self._enter(node)
        for child in node.children:
            self._walk(child)
        if node.name in ENDS_LINE:
            self.end_line()
        elif node.name in CELLS:
            self._write(" ")
        self._leave(node)
        self._hidden -= is_hidden

    def _void(self, node: Node) -> None:
        if node.name == "br":
            self.lines.append("")
        elif node.name == "hr":
            self.end_line()
            node.line = self.at
            self._write(RULE)
            self.end_line()
        elif node.name == "img" and not pictures.is_spy(node.attributes):
            self._write("[image]")

    def _write(self, text: str) -> None:
        if not self._hidden:
            self.lines[-1] += text.replace("\n", " ")

    def end_line(self) -> None:
        """Begin a new line, unless this one is still empty."""
        if self.lines[-1].strip():
            self.lines.append("")


def write(node: Node, is_kept: Callable[[int], bool]) -> str:
    """The page without what stands in lines that aren't kept."""
    return "".join(_pieces(node, is_kept))


def _pieces(node: Node, is_kept: Callable[[int], bool]) -> Iterator[str]:
    for child in node.children:
        if not child.name:
            if is_kept(child.line):
                yield escape(child.text, quote=False)
            continue
        inside = "".join(_pieces(child, is_kept))
        if inside or is_kept(child.line):
            yield _tag(child)
            if child.name not in VOID:
                yield f"{inside}</{child.name}>"


def _tag(node: Node) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    return f"<{node.name}{written}>"
