"""Who is writing, a person or a machine? Bounces, receipts, automatic answers, lists, and our own mails coming back."""

import re
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from tickets.channels.email import headers, parts, reports
from tickets.channels.email.parsing import ParsedMail

LOOP_HEADER = "X-Helpdesk-Mail"
MOST_HOPS = 30
AUTO_HEADERS = {
    "X-Autoreply": "auto_reply",
    "X-Autorespond": "auto_reply",
    "X-Auto-Reply-From": "auto_reply",
    "X-Mail-Autoreply": "auto_reply",
    "X-AutoReply-From": "auto_reply",
    "X-FC-MachineGenerated": "auto_generated",
}
PRECEDENCE = {"bulk": "bulk", "junk": "bulk", "auto_reply": "auto_reply", "auto-reply": "auto_reply"}
UNANSWERED = re.compile(r"^(?:no-?_?reply|do-?not-?_?reply|nicht-?antworten|notifications?|alerts?)\b", re.IGNORECASE)
AWAY = re.compile(
    r"^\s*(?:(?:re|aw|antw|rép|sv|vs)\s*:\s*)*(?:"
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[ -]?(?:reply|response|responder)|on vacation\b|away from (?:my|the) (?:office|mail)"
    r"|abwesend\b|abwesenheits(?:notiz|nachricht|meldung|assistent)|automatische (?:antwort|abwesenheit|rückantwort)|ich bin (?:derzeit )?nicht im büro"
    r"|réponse automatique|absence du bureau|absent du bureau|message d'absence"
    r"|respuesta automática|fuera de la oficina|ausente de la oficina"
    r"|risposta automatica|fuori (?:ufficio|sede)"
    r"|automatisch antwoord|afwezig(?:heid)?\b|niet aanwezig"
    r"|resposta automática|fora do escritório|ausência temporária"
    r"|autosvar\b|automatiskt svar|automatisk svar|poissa toimistosta"
    r"|automatyczna odpowiedź|odpowiedź automatyczna|poza biurem|nieobecność"
    r"|automatická odpověď|автоответ|автоматический ответ"
    r")",
    re.IGNORECASE,
)
ROBOTS = re.compile(r"^(?:mailer-daemon|postmaster|double-bounce|bounces?(?:[+=-].*)?)@", re.IGNORECASE)


class Kind(StrEnum):
    """What sort of sender a mail has."""

    PERSON = "person"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    AUTO = "auto"
    LIST = "list"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind, a code for the reason, whether a confirmation may be sent;
    for a bounce who couldn't be reached, why, and which mail came back."""

    kind: Kind
    reason: str = ""
    recipients: tuple[str, ...] = ()
    status: str = ""
    original_ids: tuple[str, ...] = ()
    is_lasting: bool = False
    is_answered: bool = True


def classify(mail: ParsedMail) -> Verdict:
    """The verdict on a mail. A person's mail is never taken for a machine's because of its words alone,
    except for the set phrases of absence notes at the start of the subject."""
    return (
        _loop(mail)
        or _bounce(mail)
        or _receipt(mail)
        or _automatic(mail)
        or Verdict(Kind.PERSON, is_answered=not _wants_no_answer(mail))
    )


def auto_submitted(mail: ParsedMail) -> str:
    """The keyword of Auto-Submitted (RFC 3834, 5), in lower case; empty for ``no`` or none."""
    keyword = re.split(r"[;\s(]", mail.header("Auto-Submitted").strip().lower(), maxsplit=1)[0]
    return "" if keyword == "no" else keyword


def _loop(mail: ParsedMail) -> Verdict | None:
    if mail.header(LOOP_HEADER):
        return Verdict(Kind.LOOP, "loop")
    hops = sum(1 for key, _value in mail.message.raw_items() if key.lower() == "received")
    return Verdict(Kind.LOOP, "too_many_hops") if hops > MOST_HOPS else None


def _bounce(mail: ParsedMail) -> Verdict | None:
    report = reports.delivery_report(mail)
    if report is None:
        return None
    if report.action in ("delayed", "relayed", "delivered", "expanded"):
        return Verdict(Kind.RECEIPT, f"delivery_{report.action}", original_ids=report.original_ids)
    return Verdict(
        Kind.BOUNCE,
        "bounce",
        recipients=report.recipients,
        status=report.status,
        original_ids=report.original_ids,
        is_lasting=not report.status.startswith("4."),
    )


def _receipt(mail: ParsedMail) -> Verdict | None:
    """Read receipts (RFC 8098)."""
    of_type = parts.parameter(mail.message, "Content-Type", "report-type").lower()
    if of_type == "disposition-notification" or _has_part(mail.message, "message/disposition-notification"):
        return Verdict(Kind.RECEIPT, "read_receipt")
    return None


def _automatic(mail: ParsedMail) -> Verdict | None:
    keyword = auto_submitted(mail)
    if keyword:
        return Verdict(Kind.AUTO, "auto_reply" if keyword == "auto-replied" else "auto_generated")
    for name, reason in AUTO_HEADERS.items():
        if mail.header(name):
            return Verdict(Kind.AUTO, reason)
    precedence = mail.header("Precedence").strip().lower()
    if precedence in PRECEDENCE:
        return Verdict(Kind.AUTO, PRECEDENCE[precedence])
    if mail.header("List-Unsubscribe") and not mail.header("List-Post"):
        return Verdict(Kind.LIST, "newsletter")
    if AWAY.match(mail.subject):
        return Verdict(Kind.AUTO, "auto_reply")
    if ROBOTS.match(mail.from_email) or headers.raw(mail.message, "Return-Path").strip() == "<>":
        return Verdict(Kind.AUTO, "auto_generated")
    return None


def _wants_no_answer(mail: ParsedMail) -> bool:
    """A person, perhaps, but an answer by machine would go to a list, or to nobody (RFC 3834, 2)."""
    suppressed = mail.header("X-Auto-Response-Suppress").lower()
    is_list = bool(mail.header("List-Id")) or mail.header("Precedence").strip().lower() == "list"
    return is_list or "all" in suppressed or "autoreply" in suppressed or bool(UNANSWERED.match(mail.from_email))


def _has_part(message: Message, kind: str) -> bool:
    if not message.is_multipart():
        return False
    return any(isinstance(each, Message) and parts.media_type(each) == kind for each in message.get_payload())
