"""Answers that go out over Twitter/X: below the post, for everybody to read, or as a direct message."""

from collections.abc import Callable
from uuid import UUID

from tickets.channels import outgoing
from tickets.channels.base import NothingToSay
from tickets.channels.outgoing import Line
from tickets.channels.twitter import problems, references
from tickets.channels.twitter.api import Api
from tickets.channels.twitter.problems import Problem, TwitterProblem
from tickets.channels.twitter.weight import MOST_DIRECT, MOST_PUBLIC, weight
from tickets.enums import Channel
from tickets.models import Message, OutboundMail, Ticket, TwitterAccount


def send_due() -> int:
    """Send what is due; returns how many were tried."""
    return outgoing.send_due(LINE)


def send(outbound_id: UUID) -> bool:
    """Send one if it is due, goes over Twitter/X, and nobody else is at it."""
    return outgoing.send(outbound_id, LINE)


def _deliver(mail: OutboundMail, handing_over: Callable[[], None]) -> str:
    answer = Message.objects.select_related("ticket__department").filter(pk=mail.message_id).first()
    if answer is None:
        raise NothingToSay
    asked = last_asked(answer.ticket)
    reference = references.read(asked.message_id) if asked else None
    if asked is None or reference is None:
        raise TwitterProblem(Problem.GONE, is_final=True)
    _check(answer, is_public=reference.is_public)
    api = Api(_account(answer.ticket, asked))
    handing_over()
    if reference.is_public:
        return str(api.answer(reference.number, answer.body_text))
    return str(api.write(asked.in_reply_to, answer.body_text))


def last_asked(ticket: Ticket) -> Message | None:
    """The customer's last message that came over Twitter/X."""
    said = Message.objects.filter(ticket=ticket, channel=Channel.TWITTER, author_contact__isnull=False)
    found: Message | None = said.order_by("-created_at", "-id").first()
    return found


def _check(answer: Message, *, is_public: bool) -> None:
    if answer.attachments.exists():
        raise TwitterProblem(Problem.FILES, is_final=True)
    if weight(answer.body_text) > (MOST_PUBLIC if is_public else MOST_DIRECT):
        raise TwitterProblem(Problem.TOO_LONG, is_final=True)


def _account(ticket: Ticket, asked: Message) -> TwitterAccount:
    """The account that was written to: named in a conversation of two; else the department's, else any."""
    usable = list(TwitterAccount.objects.filter(is_active=True).order_by("created_at"))
    parties = asked.in_reply_to.split("-")
    fitting = (
        [each for each in usable if each.user_id and each.user_id in parties]
        or [each for each in usable if each.department_id == ticket.department_id]
        or usable
    )
    if not fitting:
        raise TwitterProblem(Problem.NO_ACCOUNT)
    return fitting[0]


LINE = Line(Channel.TWITTER, _deliver, problems.of)
