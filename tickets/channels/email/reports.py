"""Delivery reports: the standard ones (RFC 3464), and those that mail servers make up themselves."""

import re
from dataclasses import dataclass

from tickets.channels.email import headers, mime, parts
from tickets.channels.email.addresses import BARE
from tickets.channels.email.mime import Part
from tickets.channels.email.parsing import ID, ParsedMail

FIELD = re.compile(r"^([A-Za-z-]{1,60}):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.])([45])[0-9]{2}(?=[ -])")
NAMED = re.compile(
    r"^[ \t]*(?:To: )?<?([^\s<>\"(),;:\[\]]+@[^\s<>\"(),;:\[\]]+?)>?[.:]?[ \t]*$", re.MULTILINE
)
INNER_ID = re.compile(r"^Message-ID:\s*<([^<>\s]{1,900})>", re.MULTILINE | re.IGNORECASE)
UNKNOWN = re.compile(
    r"no such (?:user|mailbox|recipient|address)|user unknown|unknown (?:user|recipient)|does ?n[o']t exist"
    r"|recipient (?:address )?rejected|mailbox (?:unavailable|not found)|invalid recipient|unbekannter empf",
    re.IGNORECASE,
)
DAEMON = re.compile(
    r"^(?:mailer-daemon|postmaster|mail delivery (?:sub)?system|mail-daemon|microsoft ?(?:exchange|outlook)"
    r"|double-bounce|symantec_?\w*@|mail administrator)",
    re.IGNORECASE,
)
FAILED_SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed|report|incomplete|error)"
    r"|returned mail|returning"
    r"|mail delivery (?:failed|system|failure)|message not delivered|failure notice|could not be delivered"
    r"|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|konnte nicht zugestellt|unzustellbarkeit"
    r"|non remis|échec de (?:la )?remise|non distribuable|no se puede entregar|no se ha podido entregar"
    r"|mancata consegna|non recapitabile|undelivered|onbestelbaar|niet bezorgd|não foi possível entregar"
    r"|não entregue|niedostarczon|olevererbart|warning: (?:could not send|message .* delayed)",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"delay|verzöger|retard|will be retried|wird wiederholt|warning: could not send", re.IGNORECASE
)
RETURNED = (
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/rfc822",
    "message/global",
    "message/global-headers",
)
NOT_PEOPLE = ("postmaster", "mailer-daemon", "abuse", "noreply", "no-reply")
LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Report:
    """Who couldn't be reached, with which status, and which mail it is about: likeliest id first."""

    recipients: tuple[str, ...]
    status: str
    action: str
    original_ids: tuple[str, ...]


def delivery_report(mail: ParsedMail) -> Report | None:
    """The report that a mail is, or None for any other mail."""
    return _standard(mail) or _homemade(mail)


def _standard(mail: ParsedMail) -> Report | None:
    """A ``message/delivery-status`` part (RFC 3464, 2): a block about the mail, then one a recipient."""
    notices = [part for part in _parts(mail.root) if part.media_type == "message/delivery-status"]
    if not notices:
        return None
    text = parts.text(notices[0], longest=LONGEST)
    blocks = [_fields(block) for block in re.split(r"\n[ \t]*\n", text)]
    blocks = [block for block in blocks if "final-recipient" in block or "original-recipient" in block]
    failed = [block for block in blocks if _action(block) == "failed"] or blocks[:1]
    said = " ".join(f"{block.get('status', '')} {block.get('diagnostic-code', '')}" for block in failed)
    status = STATUS.search(said)
    named = [block.get("final-recipient") or block["original-recipient"] for block in failed]
    return Report(
        recipients=_addresses(" ".join(named)),
        status=status[1] if status else "5.0.0",
        action=_action(failed[0]) if failed else "failed",
        original_ids=_original_ids(mail),
    )


def _fields(block: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in FIELD.findall(block)}


def _action(block: dict[str, str]) -> str:
    return (block.get("action", "").lower().split() or ["failed"])[0]


def _homemade(mail: ParsedMail) -> Report | None:
    """Exim, qmail and others that write a letter: known by a header, or by sender and subject together."""
    said = mail.header("X-Failed-Recipients")
    if not said and not (_is_from_a_daemon(mail) and _speaks_of_failure(mail)):
        return None
    text = mail.body_text[:20_000]
    ours = {address.casefold() for address in (*mail.to, mail.from_email)}
    named = _addresses(said) or tuple(NAMED.findall(text)) or _addresses(text)
    people = [
        each for each in named if each.casefold() not in ours and each.partition("@")[0] not in NOT_PEOPLE
    ]
    return Report(
        recipients=tuple(dict.fromkeys(people))[:5],
        status=_status(text),
        action="delayed" if DELAYED.search(mail.subject) else "failed",
        original_ids=_original_ids(mail),
    )


def _status(text: str) -> str:
    """The enhanced status (RFC 3463) that a letter names, or means."""
    status, code = STATUS.search(text), CODE.search(text)
    if status:
        return status[1]
    return "5.1.1" if UNKNOWN.search(text) else f"{code[1]}.0.0" if code else "5.0.0"


def _is_from_a_daemon(mail: ParsedMail) -> bool:
    is_null = headers.raw(mail.root, "Return-Path").strip() == "<>"
    return is_null or bool(DAEMON.match(mail.from_email) or DAEMON.match(mail.from_name))


def _speaks_of_failure(mail: ParsedMail) -> bool:
    is_qmail = mail.body_text.lstrip().startswith("Hi. This is the qmail-send")
    return is_qmail or bool(FAILED_SUBJECT.search(mail.subject))


def _original_ids(mail: ParsedMail) -> tuple[str, ...]:
    """The id of the mail that came back: from its header, from the letter, from the report's references."""
    found: list[str] = []
    for part in _parts(mail.root):
        if part.media_type in RETURNED:
            returned = mime.header(parts.payload(part)[:LONGEST])
            found += ID.findall(headers.raw(returned, "Message-ID"))
    found += INNER_ID.findall(mail.body_text[:LONGEST])
    found += [mail.in_reply_to, *reversed(mail.references)]
    return tuple(dict.fromkeys(filter(None, found)))[:50]


def _parts(root: Part) -> list[Part]:
    """The mail itself and its parts, two levels deep: reports are flat."""
    return [root, *root.children, *(each for part in root.children for each in part.children)]


def _addresses(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?i)\b(?:rfc822|utf-8|x400)\s*;", " ", text)
    return tuple(dict.fromkeys(found.strip(".") for found in BARE.findall(text)))
