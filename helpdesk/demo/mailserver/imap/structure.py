"""ENVELOPE and BODYSTRUCTURE: a mail's headers and shape as IMAP tells them. Pure."""

from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from typing import Any

from helpdesk.demo.mailserver.imap.grammar import group, string

WIRE = compat32.clone(linesep="\r\n")


def envelope(mail: Message) -> bytes:
    """Date, subject, the six kinds of people, and how it hangs together with other mails."""
    sender = _people(mail, "from")
    return group([
        _header(mail, "date"), _header(mail, "subject"), sender,
        *(_people(mail, name) if mail.get_all(name) else sender for name in ("sender", "reply-to")),
        *(_people(mail, name) for name in ("to", "cc", "bcc")),
        _header(mail, "in-reply-to"), _header(mail, "message-id"),
    ])  # fmt: skip


def structure(part: Message, *, extended: bool) -> bytes:
    """A part and the parts in it; with what RFC 3501 calls extension data if wanted."""
    kind, _, subtype = part.get_content_type().partition("/")
    children = inner(part)
    if kind == "multipart" and children:
        inside = b"".join(structure(child, extended=extended) for child in children)
        more = [_parameters(part), _disposition(part), b"NIL", b"NIL"] if extended else []
        return group([inside, string(subtype.upper()), *more])
    body = payload(part)
    encoding = str(part.get("content-transfer-encoding", "7BIT")).upper()
    fields = [
        string(kind.upper()), string(subtype.upper()), _parameters(part), _header(part, "content-id"),
        _header(part, "content-description"), string(encoding), b"%d" % len(body),
    ]  # fmt: skip
    if kind == "message" and subtype == "rfc822" and children:
        fields += [
            envelope(children[0]),
            structure(children[0], extended=extended),
            b"%d" % body.count(b"\n"),
        ]
    elif kind == "text":
        fields.append(b"%d" % body.count(b"\n"))
    return group([*fields, *([b"NIL", _disposition(part), b"NIL", b"NIL"] if extended else [])])


def inner(part: Message) -> list[Message]:
    """The parts in a part."""
    content: Any = part.get_payload()
    return content if isinstance(content, list) else []


def payload(part: Message) -> bytes:
    """The body of a part, as it travelled."""
    return part.as_bytes(policy=WIRE).partition(b"\r\n\r\n")[2]


def _header(part: Message, name: str) -> bytes:
    value = part.get(name)
    return string(None if value is None else " ".join(str(value).split()))


def _people(mail: Message, name: str) -> bytes:
    people = getaddresses([str(value) for value in mail.get_all(name, [])])
    if not people:
        return b"NIL"
    split = ((shown, *address.rpartition("@")[::2]) for shown, address in people)
    return group(
        group([string(shown or None), b"NIL", string(box), string(host)]) for shown, box, host in split
    )


def _parameters(part: Message) -> bytes:
    pairs = [pair for pair in part.get_params([], unquote=True)[1:] if isinstance(pair[1], str)]
    return group(string(text) for pair in pairs for text in pair) if pairs else b"NIL"


def _disposition(part: Message) -> bytes:
    kind = part.get_content_disposition()
    if kind is None:
        return b"NIL"
    name = part.get_filename()
    return group([string(kind.upper()), group([string("FILENAME"), string(name)]) if name else b"NIL"])
