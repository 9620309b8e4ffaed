"""Sending, whatever the channel: claim a row, hand it over, write down how it went.

A worker killed anywhere neither loses a message nor sends it twice.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from privacy import actor, restriction
from tickets.channels.base import ChannelProblem, NothingToSay
from tickets.enums import ABOUT_RIGHTS, Channel, DeliveryState, OutboundKind
from tickets.models import Message, OutboundMail

LEASE = timedelta(minutes=10)
ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
BATCH = 100
CUT_OFF = "cut_off"  # every channel has this problem


@dataclass(frozen=True, slots=True)
class Line:
    """How one channel hands over.

    ``deliver`` gets the row, and what it calls right before the moment from which nobody can know any more whether it
    went out; it returns by what later messages name it. ``problem_of`` reads an error of the network.
    """

    channel: Channel
    deliver: Callable[[OutboundMail, Callable[[], None]], str]
    problem_of: Callable[[Exception], ChannelProblem]


def send_due(line: Line) -> int:
    """Send what is due; returns how many were tried. What a killed worker left is taken up again."""
    _settle_abandoned(line)
    due = OutboundMail.objects.filter(_due(line)).order_by("next_attempt_at").values_list("pk", flat=True)
    return sum(send(mail_id, line) for mail_id in list(due[:BATCH]))


def send(mail_id: UUID, line: Line) -> bool:
    """Send one if it is due, goes this way, and nobody else is at it."""
    mail = _claim(mail_id, line)
    if mail is None:
        return False
    try:
        reference = line.deliver(mail, lambda: _handing_over(mail))
    except NothingToSay:
        mail.state = DeliveryState.CANCELLED
        mail.save()
    except ChannelProblem as problem:
        _failed(mail, problem)
    except OSError as error:  # smtplib's and requests' errors are some, too
        _broken_off(mail, error, line)
    else:
        _sent(mail, reference)
    return True


def _due(line: Line) -> Q:
    now = actor.now()
    abandoned = Q(state=DeliveryState.SENDING, claimed_at__lt=now - LEASE)
    living = Q(ticket__deleted_at=None, message__deleted_at=None)  # what was deleted goes out once restored
    may_go = Q(kind__in=ABOUT_RIGHTS) | ~Q(recipient__in=restriction.restricted_ids())
    is_time = Q(state=DeliveryState.QUEUED, next_attempt_at__lte=now) | abandoned
    return Q(channel=line.channel) & living & may_go & is_time


def _claim(mail_id: UUID, line: Line) -> OutboundMail | None:
    with transaction.atomic():
        waiting = OutboundMail.objects.select_for_update(skip_locked=True, of=("self",))
        mail: OutboundMail | None = waiting.filter(_due(line), pk=mail_id).first()
        if mail is not None:
            mail.state, mail.claimed_at = DeliveryState.SENDING, actor.now()
            mail.attempts += 1
            mail.save()
    return mail


def _settle_abandoned(line: Line) -> None:
    """A worker died while the server was taking the message: it may have gone out, so a person decides."""
    with transaction.atomic():
        left = OutboundMail.objects.select_for_update(skip_locked=True).filter(channel=line.channel)
        for mail in left.filter(state=DeliveryState.HANDING_OVER, claimed_at__lt=actor.now() - LEASE):
            mail.state, mail.error_code = DeliveryState.UNCERTAIN, CUT_OFF
            mail.save()


def _handing_over(mail: OutboundMail) -> None:
    """From here on the server may have it: written down before the last byte is sent."""
    mail.state = DeliveryState.HANDING_OVER
    mail.save(update_fields=["state"])


def _sent(mail: OutboundMail, reference: str) -> None:
    with transaction.atomic():
        mail.state, mail.sent_at, mail.error_code, mail.error = DeliveryState.SENT, actor.now(), "", ""
        mail.save()
        if mail.kind == OutboundKind.REPLY:
            _remember(mail, reference)


def _remember(mail: OutboundMail, reference: str) -> None:
    """By what the answer is named, so that later messages of the thread can refer to it."""
    message = Message.objects.filter(pk=mail.message_id).first()
    if message is not None and not message.message_id:
        message.message_id = reference
        message.save(update_fields=["message_id"])


def _failed(mail: OutboundMail, problem: ChannelProblem) -> None:
    """Try again later with growing waits (or when the server says), or give up and say why."""
    mail.error_code, mail.error = problem.problem, problem.detail
    if problem.is_out:
        mail.sent_at = actor.now()
    if problem.retry_at is not None:
        mail.attempts -= 1  # to be asked to wait is no failure
    gives_up = problem.is_final or mail.attempts >= ATTEMPTS
    mail.state = (
        DeliveryState.SENT if problem.is_out else DeliveryState.FAILED if gives_up else DeliveryState.QUEUED
    )
    mail.next_attempt_at = problem.retry_at or _next_attempt(mail.attempts)
    mail.save()


def _broken_off(mail: OutboundMail, error: OSError, line: Line) -> None:
    """The connection broke: before the end it is safe to try again, after it nobody can know."""
    if mail.state == DeliveryState.HANDING_OVER:
        mail.state, mail.error_code = DeliveryState.UNCERTAIN, CUT_OFF
        mail.save()
    else:
        _failed(mail, line.problem_of(error))


def _next_attempt(attempts: int) -> datetime:
    """Twice as long each time, up to four hours, with a little chance so that they don't march in step."""
    wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return actor.now() + wait * random.uniform(0.8, 1.2)  # noqa: S311  (not a secret)
