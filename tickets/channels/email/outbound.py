"""Sending by mail: compose, connect, one SMTP transaction."""

import re
import smtplib
from collections.abc import Callable
from uuid import UUID

from tickets.channels import outgoing
from tickets.channels.email import composing, connection, problems, tokens
from tickets.channels.email.composing import Envelope
from tickets.channels.email.problems import MailProblem, Problem
from tickets.channels.outgoing import Line
from tickets.enums import Channel
from tickets.models import Department, Mailbox, OutboundMail

LINE_DOT = re.compile(rb"^\.", re.MULTILINE)  # RFC 5321, 4.5.2


def send_due() -> int:
    """Send what is due; returns how many mails were tried."""
    return outgoing.send_due(LINE)


def send(mail_id: UUID) -> bool:
    """Send one mail if it is due and nobody else is at it."""
    return outgoing.send(mail_id, LINE)


def _hand_over(mail: OutboundMail, handing_over: Callable[[], None]) -> str:
    mailbox = _mailbox_for(mail)
    envelope = composing.compose(mail, mailbox)
    with connection.smtp(mailbox) as smtp:
        _deliver(smtp, envelope, before_end=handing_over)
    return tokens.message_id(mail.pk, mailbox.address)


def _mailbox_for(mail: OutboundMail) -> Mailbox:
    """The mailbox of the ticket's department that can send; for other mails that of any department."""
    usable = Mailbox.objects.filter(is_active=True).exclude(smtp_host="").select_related("department")
    department = mail.ticket.department if mail.ticket else Department.default()
    found: Mailbox | None = (
        usable.filter(department=department).first()
        or usable.filter(department__is_default=True).first()
        or usable.first()
    )
    if found is None:
        raise MailProblem(Problem.NO_MAILBOX)
    return found


def _deliver(smtp: smtplib.SMTP, envelope: Envelope, *, before_end: Callable[[], None]) -> None:
    """One SMTP transaction; ``before_end`` is called when only the closing dot is left to send."""
    smtp.ehlo_or_helo_if_needed()
    code, said = smtp.mail(envelope.sender)
    if code != 250:
        raise problems.of(smtplib.SMTPSenderRefused(code, said, envelope.sender))
    refused = _name_recipients(smtp, envelope.recipients)
    code, said = smtp.docmd("DATA")
    if code != 354:
        raise problems.of(smtplib.SMTPDataError(code, said))
    smtp.send(LINE_DOT.sub(b"..", envelope.content))
    before_end()
    smtp.send(b".\r\n")
    code, said = smtp.getreply()
    if code != 250:
        raise problems.of(smtplib.SMTPDataError(code, said))
    if refused:
        raise _PartlyRefused(refused)


class _PartlyRefused(MailProblem):
    """The mail went out, but not to everybody."""

    is_out = True

    def __init__(self, detail: str) -> None:
        super().__init__(Problem.RECIPIENT, detail, is_final=True)


def _name_recipients(smtp: smtplib.SMTP, recipients: list[str]) -> str:
    """RCPT TO for each; what the server said to those whom it refuses. Raises MailProblem if the first is refused."""
    refused = ""
    for place, address in enumerate(recipients):
        code, said = smtp.rcpt(address)
        if code in (250, 251):
            continue
        answer = f"{address}: {code} {said.decode(errors='replace')}"[:500]
        if place == 0:
            raise MailProblem(Problem.BUSY if code < 500 else Problem.RECIPIENT, answer, is_final=code >= 500)
        refused = answer
    return refused


LINE = Line(Channel.EMAIL, _hand_over, problems.of)
