"""The mails that we write: answers, confirmations, sign-in links. Made from the rows when they are sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.models import Contact
from privacy import consent, requests
from privacy.erasure import ledger, receipt
from privacy.requests import letters
from privacy.vault.fields import is_erased
from tickets import numbering, portal_access
from tickets.channels.base import NothingToSay
from tickets.channels.email import tokens
from tickets.channels.email.problems import MailProblem, Problem
from tickets.enums import MessageKind, OutboundKind
from tickets.models import Mailbox, Message, OutboundMail, Ticket

QUOTED = 3
REFERENCES = 20
LOOP_HEADER = "X-Helpdesk-Mail"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to go: who sends it, who gets it, and its bytes."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Quote:
    """What was said before, as it stands below an answer."""

    who: str
    moment: datetime
    text: str

    @property
    def quoted(self) -> str:
        """The text with a mark before each line."""
        return "\n".join(f"> {line}".rstrip() for line in self.text.splitlines())


def compose(mail: OutboundMail, mailbox: Mailbox) -> Envelope:
    """The mail behind a row. Raises MailProblem when there is nobody to send it to, NothingToSay if it is late."""
    to = mail.address
    if not to or is_erased(to):
        raise MailProblem(Problem.NO_ADDRESS, is_final=True)
    with translation.override(_language(mail)):
        made = _BY_KIND[OutboundKind(mail.kind)](mail, mailbox)
    made["From"] = _from(mail, mailbox)
    made["To"] = _address(mail.recipient.full_name, to)
    made["Date"] = format_datetime(timezone.localtime())
    made["Message-ID"] = tokens.message_id(mail.pk, mailbox.address)
    made[LOOP_HEADER] = tokens.make(mail.pk)
    if mailbox.use_plus_addressing and mail.ticket_id:
        made["Reply-To"] = tokens.plus_address(mail.pk, mailbox.address)
    copies = [each.strip() for each in (mail.message.cc if mail.message and made["Cc"] else "").split(",")]
    copies = list(filter(None, copies))
    return Envelope(mailbox.address, [to, *(each for each in copies if each != to)], made.as_bytes())


def _reply(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    """An agent's answer, with what was said before below it."""
    message, ticket = _answered(mail)
    earlier = _earlier(message)
    made = _written(
        "reply",
        {
            "message": message,
            "signature": _signature(message, mailbox),
            "quotes": [_quote(each) for each in earlier[:QUOTED]],
            "link": _link(ticket, for_one=not message.cc),
            "choices": "" if message.cc else _choices(mail.recipient),
        },
        mail,
    )
    made["Subject"] = _subject(ticket, _("Re: {subject}"))
    if message.cc:
        made["Cc"] = [_address("", each.strip()) for each in message.cc.split(",") if each.strip()]
    _thread(made, earlier)
    for attachment in message.attachments.all():
        maintype, _slash, subtype = attachment.content_type.partition("/")
        made.add_attachment(
            _content(attachment), maintype=maintype, subtype=subtype, filename=attachment.filename
        )
    return made


def _confirmation(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    """We have your question; this is its number. Marked as automatic (RFC 3834)."""
    message, ticket = _answered(mail)
    context = {"link": portal_access.ticket_link(ticket), "choices": _choices(mail.recipient)}
    made = _written("confirmation", context, mail)
    made["Subject"] = f"{_('We have your question')} {numbering.mark(ticket.number)}"
    _automatic(made)
    _thread(made, [message])
    return made


def _sign_in(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    link, code = portal_access.sign_in_secrets(mail.recipient, mail.identity_id)
    made = _written("sign_in", {"link": link, "code": code}, mail)
    made["Subject"] = _("Your code for {company}: {code}").format(company=settings.COMPANY_NAME, code=code)
    _automatic(made)
    return made


def _erasure(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    """The receipt of an erasure. Raises MailProblem for somebody who isn't erased."""
    entry = ledger.find(mail.recipient_id)
    if entry is None:
        raise MailProblem(Problem.NO_ADDRESS, is_final=True)
    context = {"entry": entry, "reached": receipt.reached(entry), "kept": receipt.kept(entry)}
    made = _written("erasure", context | {"link": portal_access.receipt_link(entry.pk)}, mail)
    made["Subject"] = _("Your data was erased")
    _automatic(made)
    return made


def _request(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    """The link by which somebody confirms what they asked for, or that another address is theirs."""
    wanted = requests.awaiting(mail.recipient_id)
    if wanted is None:
        raise MailProblem(Problem.NO_ADDRESS, is_final=True)
    is_new = mail.kind == OutboundKind.ADDRESS
    link = portal_access.request_link(wanted, is_new_address=is_new)
    made = _written("request", {"link": link, "wanted": wanted, "is_new": is_new}, mail)
    made["Subject"] = _("Please confirm: {what}").format(what=wanted.get_kind_display())
    _automatic(made)
    return made


def _consent(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    """Is it really you who agreed? Asked at this moment: who took it back meanwhile gets no mail."""
    pending = [each for each in consent.standing(mail.recipient_id) if each.is_pending]
    if not pending:
        raise NothingToSay
    context = {"pending": pending, "link": portal_access.consent_link(mail.recipient)}
    made = _written("consent", context, mail)
    made["Subject"] = _("Please confirm: {title}").format(title=_plain(pending[0].said_to.title))
    _automatic(made)
    return made


def _letter(mail: OutboundMail, mailbox: Mailbox) -> EmailMessage:
    """What staff wrote to a person about a request of theirs."""
    letter = mail.letter
    if letter is None or is_erased(letter.text):
        raise NothingToSay
    made = _written("letter", {"letter": letter}, mail)
    made["Subject"] = str(letters.TITLES[letter.code])
    return made


_BY_KIND = {
    OutboundKind.REPLY: _reply,
    OutboundKind.CONFIRMATION: _confirmation,
    OutboundKind.SIGN_IN: _sign_in,
    OutboundKind.ERASURE: _erasure,
    OutboundKind.REQUEST: _request,
    OutboundKind.ADDRESS: _request,
    OutboundKind.CONSENT: _consent,
    OutboundKind.LETTER: _letter,
}


def _written(name: str, context: dict[str, Any], mail: OutboundMail) -> EmailMessage:
    """Text and HTML from the templates ``emails/<name>.txt`` and ``.html``."""
    context |= {
        "mail": mail,
        "ticket": mail.ticket,
        "contact": mail.recipient,
        "company": settings.COMPANY_NAME,
    }
    made = EmailMessage(policy=SMTP)
    made.set_content(render_to_string(f"emails/{name}.txt", context).strip() + "\n")
    made.add_alternative(render_to_string(f"emails/{name}.html", context), subtype="html")
    return made


def _earlier(message: Message) -> list[Message]:
    """What customer and agents said before this message, newest first; never a note."""
    said = Message.objects.filter(ticket=message.ticket_id, created_at__lt=message.created_at)
    said = said.exclude(kind=MessageKind.NOTE).select_related("author_user", "author_contact")
    return list(said.order_by("-created_at", "-id")[:REFERENCES])


def _answered(mail: OutboundMail) -> tuple[Message, Ticket]:
    """The message and ticket that a mail is about. Raises ValueError for one that is about neither."""
    if mail.message is None or mail.ticket is None:
        raise ValueError(f"Outgoing mail {mail.pk} has no message.")
    return mail.message, mail.ticket


def _content(attachment: Any) -> bytes:
    whole: bytes = attachment.content.read_plain()
    return whole


def _link(ticket: Ticket, *, for_one: bool) -> str:
    """The way to the ticket: opening it by itself for the requester alone, by signing in when others read along."""
    if for_one:
        return portal_access.ticket_link(ticket)
    return settings.SITE_URL + reverse("portal:ticket", args=[ticket.number])


def _choices(contact: Contact) -> str:
    """The way to what they agreed to, in the foot of a mail that they alone get; nothing if nothing is asked."""
    return portal_access.consent_link(contact) if consent.is_asked_at_all() else ""


def _quote(message: Message) -> Quote:
    author = message.author_user or message.author_contact
    return Quote(author.get_short_name() if author else "", message.created_at, message.body_text)


def _thread(made: EmailMessage, earlier: Iterable[Message]) -> None:
    """In-Reply-To and References (RFC 5322, 3.6.4), as far as the messages before have an id."""
    known = [f"<{each.message_id.strip('<> ')}>" for each in earlier if each.message_id]
    if known:
        made["In-Reply-To"] = known[0]
        made["References"] = " ".join(reversed(known))


def _automatic(made: EmailMessage) -> None:
    made["Auto-Submitted"] = "auto-replied"
    made["X-Auto-Response-Suppress"] = "All"


def _subject(ticket: Ticket, form: str) -> str:
    """The subject with the number; an answer doesn't pile up “Re:”."""
    subject = ticket.subject or _("your question")
    bare = subject[3:].strip() if subject[:3].lower() in ("re:", "aw:") else subject
    return f"{form.format(subject=_plain(bare))} {numbering.mark(ticket.number)}"


def _signature(message: Message, mailbox: Mailbox) -> str:
    agent = message.author_user.full_name if message.author_user else ""
    signature = mailbox.department.signature.replace("{agent}", agent)
    return signature or "\n".join(filter(None, [agent, mailbox.department.name]))


def _from(mail: OutboundMail, mailbox: Mailbox) -> Address:
    name = mailbox.from_name or settings.COMPANY_NAME
    agent = mail.message.author_user if mail.message and mail.kind == OutboundKind.REPLY else None
    return _address(f"{agent.get_short_name()} · {name}" if agent else name, mailbox.address)


def _address(name: str, address: str) -> Address:
    """An address for a header; whatever could break one is left out of the name."""
    local, _at, domain = address.rpartition("@")
    shown = "" if is_erased(name) else _plain(name)
    return Address(display_name=shown, username=local, domain=domain)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _language(mail: OutboundMail) -> str:
    contact: Contact = mail.recipient
    return (mail.ticket.language if mail.ticket else "") or contact.language or settings.LANGUAGE_CODE
