"""From a tree of parts to what a reader sees: one text, one HTML, and the files beside them."""

import re
from dataclasses import dataclass, field
from html import escape

from tickets.channels.email import calendars, files, flowing, html, mime, parts, smime, winmail
from tickets.channels.email.files import File
from tickets.channels.email.mime import Part

LONGEST_TEXT = 2_000_000
MOST_SIGNED = 5  # signed mails in signed mails
TNEF = ("application/ms-tnef", "application/vnd.ms-tnef", "application/x-ms-tnef")
PAGE = re.compile(r"\s*<(?:!doctype html|html)[\s>]", re.IGNORECASE)  # whatever it is called
PKCS7 = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(slots=True)
class Body:
    """What a part, and all below it, comes to; ``summary`` is shown if nothing else was written."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    summary: str = ""

    @property
    def is_written(self) -> bool:
        return bool(self.text.strip() or self.html.strip())


def read(root: Part, depth: int = 0) -> Body:
    """The body of a tree: from the leaves up, without recursion, however deep it is."""
    order = [root]
    for part in order:
        order.extend(part.children)
    bodies: dict[int, Body] = {}
    for part in reversed(order):
        if part.children:
            bodies[id(part)] = _several(part, [bodies.pop(id(child)) for child in part.children])
        else:
            bodies[id(part)] = _single(part, depth)
    return bodies[id(root)]


def _several(part: Part, found: list[Body]) -> Body:
    if part.media_type == "multipart/alternative":
        return _alternatives(found)
    if part.media_type == "multipart/related":
        return _with_its_pictures(found, _root(part))
    return _one_after_another(found)


def _single(part: Part, depth: int) -> Body:
    kind, name = part.media_type, parts.filename(part)
    if part.is_cut or not (
        kind.startswith("text/") or kind in (*TNEF, *PKCS7) or name.lower() == "winmail.dat"
    ):
        return Body(files=[files.of_part(part)])
    if kind in TNEF or name.lower() == "winmail.dat":
        return _winmail(part)
    if kind in PKCS7:
        return _opaque(part, depth)
    if kind == "text/calendar":
        return Body(
            summary=calendars.summary(parts.text(part, longest=LONGEST_TEXT)), files=[files.of_part(part)]
        )
    if (
        name
        or parts.disposition(part) == "attachment"
        or kind not in ("text/plain", "text/html", "text/enriched")
    ):
        return _text_file(part, kind)
    text = parts.text(part, longest=LONGEST_TEXT)
    return Body(html=text) if kind == "text/html" or PAGE.match(text) else _plain(part, text)


def _plain(part: Part, text: str) -> Body:
    if parts.parameter(part, "Content-Type", "format").lower() == "flowed":
        deletes = parts.parameter(part, "Content-Type", "delsp").lower() == "yes"
        text = flowing.unflow(text, delete_space=deletes)
    text, coded = flowing.take_out_uuencoded(text)
    return Body(text=text, files=[files.of_content(name, content) for name, content in coded])


def _text_file(part: Part, kind: str) -> Body:
    """A file that could be read; its text is shown only if nobody wrote any other."""
    file = files.of_part(part)
    is_shown = kind == "text/plain" and parts.disposition(part) != "attachment"
    return Body(files=[file], summary=parts.text(part, longest=LONGEST_TEXT) if is_shown else "")


def _winmail(part: Part) -> Body:
    """What Outlook packed into winmail.dat; the file itself if it can't be read."""
    packed = winmail.read(parts.payload(part))
    if packed is None:
        return Body(files=[files.of_part(part)])
    found = [files.of_content(each.name, each.content) for each in packed.files]
    return Body(files=found, summary=packed.text or html.to_text(packed.html))


def _opaque(part: Part, depth: int) -> Body:
    """What was signed and packed in one (RFC 8551, 3.5.2); what was encrypted stays a file."""
    signed = smime.signed_content(parts.payload(part))
    if signed is None or depth >= MOST_SIGNED:
        return Body(files=[files.of_part(part)])
    body = read(mime.parse(signed), depth + 1)
    return Body(body.text, body.html, [*body.files, files.of_part(part)], body.summary)


def _alternatives(found: list[Body]) -> Body:
    """The same in several forms: the first that is text, the last that is HTML."""
    text = next((each.text for each in found if each.text.strip()), "")
    page = next((each.html for each in reversed(found) if each.html.strip()), "")
    summary = next((each.summary for each in found if each.summary), "")
    return Body(text, page, [file for each in found for file in each.files], summary)


def _with_its_pictures(found: list[Body], root: int) -> Body:
    """A page and what it shows; text that is no part of the page stands below it."""
    page, others = found[root], [each for at, each in enumerate(found) if at != root]
    shown = [
        File(file.filename, file.content_type, file.content, file.content_id, is_inline=bool(file.content_id))
        for each in others
        for file in each.files
    ]
    rest = _one_after_another([page, *(Body(each.text, each.html, [], each.summary) for each in others)])
    return Body(rest.text, rest.html, [*page.files, *shown], rest.summary)


def _one_after_another(found: list[Body]) -> Body:
    """Pieces that follow each other; as soon as one is HTML, all are."""
    all_files = [file for each in found for file in each.files]
    summary = "\n\n".join(each.summary for each in found if each.summary)
    written = [each for each in found if each.is_written]
    if len(written) <= 1:
        only = written[0] if written else Body()
        return Body(only.text, only.html, all_files, summary)
    text = "\n\n".join((each.text or html.to_text(each.html)).strip("\n") for each in written)
    page = ""
    if any(each.html for each in written):
        page = "\n".join(each.html or _as_html(each.text) for each in written)
    return Body(text, page, all_files, summary)


def _root(part: Part) -> int:
    """RFC 2387: the part that ``start`` names is the page; without it the first one."""
    start = parts.parameter(part, "Content-Type", "start").strip("<> ")
    named = [at for at, child in enumerate(part.children) if start and parts.content_id(child) == start]
    return named[0] if named else 0


def _as_html(text: str) -> str:
    return "<div>" + escape(text).replace("\n", "<br>\n") + "</div>"
