"""Delivery reports: the standard ones (RFC 3464), and those that mail servers make up themselves."""

import re
from dataclasses import dataclass
from email.message import Message

from tickets.channels.email import headers, parts
from tickets.channels.email.addresses import BARE
from tickets.channels.email.parsing import ID, ParsedMail

FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
CODE = re.compile(r"\b([45])[0-9]{2}[ -]")
DAEMON = re.compile(
    r"^(?:mailer-daemon|postmaster|mail delivery (?:sub)?system|mail-daemon|microsoft ?exchange|double-bounce)",
    re.IGNORECASE,
)
FAILED_SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed|report|incomplete)|returned mail|mail delivery (?:failed|system|failure)"
    r"|failure notice|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|konnte nicht zugestellt"
    r"|non remis|échec de (?:la )?remise|no se puede entregar|no se ha podido entregar|mancata consegna|undelivered"
    r"|onbestelbaar|niet bezorgd|não foi possível entregar|niedostarczon|warning: (?:could not send|message .* delayed)",
    re.IGNORECASE,
)
DELAYED = re.compile(r"delayed|verzögert|delay|retard|will be retried|wird wiederholt", re.IGNORECASE)
LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Report:
    """Who couldn't be reached, with which status, and which mails it is about."""

    recipients: tuple[str, ...]
    status: str
    action: str
    original_ids: tuple[str, ...]


def delivery_report(mail: ParsedMail) -> Report | None:
    """The report that a mail is, or None for any other mail."""
    return _standard(mail) or _homemade(mail)


def _standard(mail: ParsedMail) -> Report | None:
    """A ``message/delivery-status`` part (RFC 3464, 2)."""
    notice = _find(mail.message, "message/delivery-status")
    if notice is None:
        return None
    fields = FIELD.findall(_text_of(notice))
    values = {name.lower(): value.strip() for name, value in fields}
    named = [value for name, value in fields if name.lower() == "final-recipient"]
    named = named or [value for name, value in fields if name.lower() == "original-recipient"]
    status = STATUS.search(values.get("status", "")) or STATUS.search(values.get("diagnostic-code", ""))
    return Report(
        recipients=_addresses(" ".join(named)),
        status=status[1] if status else "5.0.0",
        action=values.get("action", "failed").lower().split()[0] if values.get("action") else "failed",
        original_ids=_original_ids(mail),
    )


def _homemade(mail: ParsedMail) -> Report | None:
    """Exim, qmail, Exchange and others that write a letter instead: by header, or by sender and subject together."""
    said = mail.header("X-Failed-Recipients")
    if not said and not (_from_a_daemon(mail) and _speaks_of_failure(mail)):
        return None
    text = mail.body_text[:20_000]
    status = STATUS.search(text)
    code = CODE.search(text)
    ours = {address.casefold() for address in mail.to}
    named = [each for each in _addresses(said or text) if each.casefold() not in ours | {mail.from_email.casefold()}]
    is_delayed = bool(DELAYED.search(mail.subject))
    return Report(
        recipients=tuple(named[:5]),
        status=status[1] if status else f"{code[1]}.0.0" if code else "5.0.0",
        action="delayed" if is_delayed else "failed",
        original_ids=_original_ids(mail),
    )


def _from_a_daemon(mail: ParsedMail) -> bool:
    is_null = headers.raw(mail.message, "Return-Path").strip() == "<>"
    return is_null or bool(DAEMON.match(mail.from_email) or DAEMON.match(mail.from_name))


def _speaks_of_failure(mail: ParsedMail) -> bool:
    return bool(FAILED_SUBJECT.search(mail.subject)) or mail.body_text.lstrip().startswith("Hi. This is the qmail-send")


def _original_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Message-IDs in what came back, and in the report's own references."""
    texts = [_text_of(part) for part in _returned(mail.message)]
    texts += [file.content[:LONGEST].decode("utf-8", "replace") for file in mail.attachments if _is_mail(file)]
    texts.append(mail.body_text[:LONGEST])
    found = [mail.in_reply_to, *mail.references]
    for text in texts:
        found += ID.findall(text)
    return tuple(dict.fromkeys(each for each in found if each and "@" in each))[:50]


def _is_mail(file: object) -> bool:
    return getattr(file, "content_type", "") in ("message/rfc822", "text/rfc822-headers", "message/global")


def _returned(message: Message) -> list[Message]:
    wanted = ("text/rfc822-headers", "message/rfc822", "message/rfc822-headers", "message/global-headers")
    return [part for part in _children(message) if parts.media_type(part) in wanted]


def _find(message: Message, kind: str) -> Message | None:
    return next((part for part in _children(message) if parts.media_type(part) == kind), None)


def _children(message: Message) -> list[Message]:
    """The message's parts, two levels deep: reports are flat."""
    found: list[Message] = []
    for part in message.get_payload() if message.is_multipart() else []:
        if isinstance(part, Message):
            found.append(part)
            inner = part.get_payload() if part.is_multipart() else []
            found += [each for each in inner if isinstance(each, Message)]
    return found


def _text_of(part: Message) -> str:
    """A part as text; a delivery status is parsed by the email package into messages of headers only."""
    if part.is_multipart():
        blocks = [each.as_string() for each in part.get_payload() if isinstance(each, Message)]
        return "\n".join(blocks)[:LONGEST]
    return parts.text(part)[:LONGEST]


def _addresses(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?i)\b(?:rfc822|utf-8|x400)\s*;", " ", text)
    return tuple(dict.fromkeys(found.strip(".") for found in BARE.findall(text)))
