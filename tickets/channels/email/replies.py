"""What somebody wrote, apart from what they quoted and from their signature. Cuts nothing in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.channels.email import html_tree
from tickets.channels.email.html_quotes import Marked, is_small
from tickets.channels.email.plain import to_text
from tickets.channels.email.quotation import Lines, reply_range
from tickets.channels.email.quoting_patterns import FORWARD_SUBJECT


@dataclass(frozen=True, slots=True)
class Separated:
    """``reply`` is shown, ``quoted`` (quoted mails and signatures) stays one click away."""

    reply: str
    quoted: str


def separate(text: str, *, subject: str = "") -> Separated:
    """Cut a plain text into what is new and what is quoted; together they hold every line.

    Below a subject “Fwd: …” nothing counts as quoted: it was sent to be read.
    """
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first, end = reply_range(raw, Lines(raw, is_forward=bool(FORWARD_SUBJECT.match(subject))))
    if not any(line.strip() for line in raw[first:end]):
        return Separated(_joined(raw), "")
    quoted = [_joined(raw[:first]), _joined(raw[end:])]
    return Separated(_joined(raw[first:end]), "\n\n".join(part for part in quoted if part))


def separate_html(html: str, *, subject: str = "") -> tuple[str, str]:
    """Cut a page as ``separate`` cuts a text: what is shown, and what is quoted. Makes nothing safe."""
    if not is_small(html):
        return html, ""
    root = html_tree.parse(html)
    page = Marked(root)
    lines = Lines(page.lines, is_forward=bool(FORWARD_SUBJECT.match(subject)), marks=page.marks)
    first, end = reply_range(page.lines, lines)
    others = [*page.lines[:first], *page.lines[end:]]
    if not any(map(str.strip, page.lines[first:end])) or not any(map(str.strip, others)):
        return html, ""
    shown = html_tree.write(root, lambda at: first <= at < end)
    return shown, html_tree.write(root, lambda at: not first <= at < end)


def separate_pages(shown: str, cut: str, *, subject: str = "") -> Separated:
    """The two halves of a page as texts, for a mail that has no plain text.

    If what is new has no words (a picture), the quoted ones are shown: a message is never empty.
    """
    own = separate(to_text(shown), subject=subject)
    if not own.reply:
        return Separated(to_text(cut), "")
    return Separated(own.reply, "\n\n".join(part for part in (own.quoted, to_text(cut)) if part))


def _joined(lines: Sequence[str]) -> str:
    """Lines as a text, without blank lines around it."""
    first, end = 0, len(lines)
    while first < end and not lines[first].strip():
        first += 1
    while end > first and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[first:end])
