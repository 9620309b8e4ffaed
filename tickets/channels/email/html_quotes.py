"""By which elements mail programs mark quotes and signatures in HTML."""

from tickets.channels.email import attributions
from tickets.channels.email.html_tree import Node, Written
from tickets.channels.email.markup import LONGEST
from tickets.channels.email.quotation import BELOW, QUOTE, SIGNATURE, is_forwarded

MOST_TAGS = 60_000
MOST_LINES = 200_000
QUOTES = frozenset(
    {
        "gmail_quote",
        "gmail_quote_container",
        "yahoo_quoted",
        "ydp_quoted",
        "protonmail_quote",
        "tutanota_quote",
    }
    | {"moz-cite-prefix", "zmail_extra", "front-blockquote", "spark_quote", "reply-intro", "replyIntro"}
)
SIGNATURES = frozenset(
    {"gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "bloop_sign"}
    | {
        "AppleMailSignature",
        "lineBreakAtBeginningOfSignature",
        "ms-outlook-mobile-signature",
        "spark_signature",
    }
    | {
        "composer_signature",
        "AirmailSignature",
        "ymail_android_signature",
        "yahoo-signature",
        "ydp-signature",
    }
    | {"k9mail-signature", "mailbird_signature", "wisestamp_app", "tutanota_signature"}
)
MARKERS = frozenset(
    {"divRplyFwdMsg", "appendonsend", "OutlookMessageHeader", "mail-editor-reference-message-container"}
    | {"ms-outlook-mobile-reference-message"}
)
KINDS = {QUOTE: QUOTES, SIGNATURE: SIGNATURES, BELOW: MARKERS}
BY_NAME = {name.lower(): kind for kind, names in KINDS.items() for name in names}
BY_ATTRIBUTE = {
    ("id", "signature"): SIGNATURE,
    ("name", "quote"): QUOTE,
    ("name", "quoted-content"): QUOTE,
    ("id", "mail-editor-reference-message"): BELOW,
}
MOST_NAMES = 20


def is_small(html: str) -> bool:
    """Whether the page can be taken apart within bounds of time and memory."""
    return len(html) <= LONGEST and html.count("<") <= MOST_TAGS and html.count("\n") <= MOST_LINES


class Marked(Written):
    """The lines of a page, with what its elements say about them."""

    def __init__(self, root: Node) -> None:
        self.marks: dict[int, str] = {}
        self._open: list[tuple[Node, str, int]] = []
        super().__init__(root, self._opened, self._closed)

    def _opened(self, node: Node) -> None:
        kind = self._kind(node)
        if kind:
            self.end_line()
        if kind == BELOW:
            self.marks.setdefault(self.at, BELOW)
        elif kind:
            self._open.append((node, kind, self.at))

    def _closed(self, node: Node) -> None:
        if not self._open or self._open[-1][0] is not node:
            return
        _node, kind, first = self._open.pop()
        self.end_line()
        written = [at for at in range(first, self.at) if self.lines[at].strip()]
        if written and not self._is_passed_on(written):
            inside = dict.fromkeys(range(first, self.at), "") | dict.fromkeys(written, kind)
            self.marks |= inside

    def _is_passed_on(self, written: list[int]) -> bool:
        """Gmail and others put a forwarded mail into the element for quotes, too."""
        return any(is_forwarded(self.lines[at].strip()) for at in written[:3])

    def _kind(self, node: Node) -> str:
        for key in ("class", "id", "name"):
            for name in node.attributes.get(key, "").lower().split()[:MOST_NAMES]:
                name = name.removeprefix("x_").removeprefix("x_")
                kind = BY_NAME.get(name) or BY_ATTRIBUTE.get((key, name))
                if kind:
                    return kind
        return QUOTE if node.name == "blockquote" and self._is_quote(node) else ""

    def _is_quote(self, node: Node) -> bool:
        """A blockquote is a quote if it says so, or if somebody is said to have written it."""
        if node.attributes.get("type", "").lower() == "cite" or node.attributes.get("cite"):
            return True
        above = [line.strip() for line in self.lines[-8:] if line.strip()]
        return bool(above) and attributions.start_of(above, len(above) - 1, quote_follows=True) is not None
