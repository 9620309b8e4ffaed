"""Sending: claim a row, connect, hand over. A worker killed anywhere neither loses a mail nor sends it twice."""

import random
import re
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from privacy import actor
from tickets.channels.email import composing, connection, problems
from tickets.channels.email.composing import Envelope
from tickets.channels.email.problems import MailProblem, Problem
from tickets.enums import DeliveryState, OutboundKind
from tickets.models import Department, Mailbox, Message, OutboundMail

LEASE = timedelta(minutes=10)
ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
BATCH = 100
LINE_DOT = re.compile(rb"^\.", re.MULTILINE)  # RFC 5321, 4.5.2


def send_due() -> int:
    """Send what is due; returns how many mails were tried. Mails that a killed worker left are taken up again."""
    _settle_abandoned()
    due = OutboundMail.objects.filter(_due()).order_by("next_attempt_at").values_list("pk", flat=True)
    return sum(send(mail_id) for mail_id in list(due[:BATCH]))


def send(mail_id: UUID) -> bool:
    """Send one mail if it is due and nobody else is at it."""
    mail = _claim(mail_id)
    if mail is None:
        return False
    try:
        mailbox = _mailbox_for(mail)
        envelope = composing.compose(mail, mailbox)
        with connection.smtp(mailbox) as smtp:
            _deliver(smtp, envelope, before_end=lambda: _handing_over(mail))
    except MailProblem as problem:
        _failed(mail, problem)
    except (smtplib.SMTPException, OSError) as error:
        _broken_off(mail, error)
    else:
        _sent(mail)
    return True


def _due() -> Q:
    now = actor.now()
    abandoned = Q(state=DeliveryState.SENDING, claimed_at__lt=now - LEASE)
    living = Q(
        ticket__deleted_at=None, message__deleted_at=None
    )  # what was deleted goes out once it is restored
    return living & (Q(state=DeliveryState.QUEUED, next_attempt_at__lte=now) | abandoned)


def _claim(mail_id: UUID) -> OutboundMail | None:
    with transaction.atomic():
        waiting = OutboundMail.objects.select_for_update(skip_locked=True, of=("self",))
        mail: OutboundMail | None = waiting.filter(_due(), pk=mail_id).first()
        if mail is not None:
            mail.state, mail.claimed_at = DeliveryState.SENDING, actor.now()
            mail.attempts += 1
            mail.save()
    return mail


def _settle_abandoned() -> None:
    """A worker died while the server was taking the mail: it may have gone out, so a person decides."""
    with transaction.atomic():
        left = OutboundMail.objects.select_for_update(skip_locked=True)
        for mail in left.filter(state=DeliveryState.HANDING_OVER, claimed_at__lt=actor.now() - LEASE):
            mail.state, mail.error_code = DeliveryState.UNCERTAIN, Problem.CUT_OFF
            mail.save()


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


def _handing_over(mail: OutboundMail) -> None:
    """From here on the server may have the mail: written down before the last byte is sent."""
    mail.state = DeliveryState.HANDING_OVER
    mail.save(update_fields=["state"])


def _sent(mail: OutboundMail) -> None:
    with transaction.atomic():
        mail.state, mail.sent_at, mail.error_code, mail.error = DeliveryState.SENT, actor.now(), "", ""
        mail.save()
        if mail.kind == OutboundKind.REPLY:
            _remember_id(mail)


def _remember_id(mail: OutboundMail) -> None:
    """The answer's Message-ID, so that later mails of the thread can refer to it."""
    message = Message.objects.filter(pk=mail.message_id).first()
    if message is not None and not message.message_id:
        message.message_id = composing.tokens.message_id(mail.pk, _mailbox_for(mail).address)
        message.save(update_fields=["message_id"])


def _failed(mail: OutboundMail, problem: MailProblem) -> None:
    """Try again later with growing waits, or give up and say why."""
    mail.error_code, mail.error = problem.problem, problem.detail
    is_out = isinstance(problem, _PartlyRefused)
    if is_out:
        mail.sent_at = actor.now()
    gives_up = problem.is_final or mail.attempts >= ATTEMPTS
    mail.state = DeliveryState.SENT if is_out else DeliveryState.FAILED if gives_up else DeliveryState.QUEUED
    mail.next_attempt_at = _next_attempt(mail.attempts)
    mail.save()


def _broken_off(mail: OutboundMail, error: Exception) -> None:
    """The connection broke: before the end it is safe to try again, after it nobody can know."""
    if mail.state == DeliveryState.HANDING_OVER:
        mail.state, mail.error_code = DeliveryState.UNCERTAIN, Problem.CUT_OFF
        mail.save()
    else:
        _failed(mail, problems.of(error))


def _next_attempt(attempts: int) -> datetime:
    """Twice as long each time, up to four hours, with a little chance so that mails don't march in step."""
    wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return actor.now() + wait * random.uniform(0.8, 1.2)  # noqa: S311  (not a secret)
