"""Answers over Twitter/X: to the right place, once, and with an honest state."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from privacy.models import User
from tests.tickets.channels.twitter.x_server import US, XServer
from tickets import delivery, lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import outbound as by_mail
from tickets.channels.twitter import inbound, outbound
from tickets.channels.twitter.problems import Problem
from tickets.channels.twitter.weight import weight
from tickets.enums import Channel, DeliveryState
from tickets.models import OutboundMail, Ticket, TwitterAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(x: XServer, account: TwitterAccount) -> Ticket:
    """Somebody asked where everybody reads."""
    x.mention(x.person("77", "anna_b", "Anna"), "@moorbach Hello")
    inbound.receive(account.pk)
    return Ticket.objects.get()


@pytest.fixture
def private(x: XServer, account: TwitterAccount) -> Ticket:
    """Somebody wrote to us alone."""
    x.direct(x.person("77", "anna_b", "Anna"), "Hello")
    inbound.receive(account.pk)
    return Ticket.objects.get()


def answered(ticket: Ticket, agent: User, text: str = "Hello Anna", **given: object) -> OutboundMail:
    message = lifecycle.reply(ticket, by=agent, body_text=text, **given)  # type: ignore[arg-type]
    return OutboundMail.objects.get(message=message)


def fresh(mail: OutboundMail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.error_code


def test_a_post_is_answered_below_it(x: XServer, public: Ticket, agent: User) -> None:
    mail = answered(public, agent)
    assert mail.channel == Channel.TWITTER
    assert by_mail.send(mail.pk) is False

    assert outbound.send(mail.pk) is True

    asked = public.messages.get(kind="customer").message_id.partition("-")[2].partition("@")[0]
    assert x.sent == [("/2/tweets", {"text": "Hello Anna", "reply": {"in_reply_to_tweet_id": asked}})]
    assert fresh(mail) == (DeliveryState.SENT, "")
    assert mail.message.message_id.startswith("tweet-")
    assert outbound.send(mail.pk) is False


def test_a_direct_message_is_answered_directly(x: XServer, private: Ticket, agent: User) -> None:
    mail = answered(private, agent)
    outbound.send_due()

    talk = "-".join(sorted({US["id"], "77"}))
    assert x.sent == [(f"/2/dm_conversations/{talk}/messages", {"text": "Hello Anna"})]
    assert fresh(mail) == (DeliveryState.SENT, "")


def test_who_answers_the_answer_is_in_the_same_ticket(
    x: XServer, account: TwitterAccount, public: Ticket, agent: User
) -> None:
    mail = answered(public, agent)
    outbound.send(mail.pk)
    mail.refresh_from_db()
    ours = mail.message.message_id.removeprefix("tweet-").removesuffix("@x.com")

    x.mention("77", "@moorbach Thanks", answers=ours)
    inbound.receive(account.pk)

    assert public.messages.count() == 3


@pytest.mark.parametrize("text", ["x" * 281, "字" * 141])
def test_what_is_too_long_is_told_before_anything_is_sent(
    x: XServer, public: Ticket, agent: User, text: str
) -> None:
    mail = answered(public, agent, text)
    outbound.send(mail.pk)

    assert fresh(mail) == (DeliveryState.FAILED, Problem.TOO_LONG)
    assert x.sent == []


def test_files_do_not_go_this_way(x: XServer, private: Ticket, agent: User) -> None:
    mail = answered(private, agent, attachments=[NewAttachment("a.txt", "text/plain", b"a")])
    outbound.send(mail.pk)

    assert fresh(mail) == (DeliveryState.FAILED, Problem.FILES)
    assert x.sent == []


def test_a_limit_is_waited_for_as_long_as_the_server_says(x: XServer, public: Ticket, agent: User) -> None:
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=10)
    x.answers_with = (429, {"x-rate-limit-reset": str(int(later.timestamp()))})
    mail = answered(public, agent)
    outbound.send(mail.pk)

    assert fresh(mail) == (DeliveryState.QUEUED, Problem.BUSY)
    assert (mail.next_attempt_at, mail.attempts) == (later, 0)


@pytest.mark.parametrize(
    ("status", "state", "problem"),
    [
        (401, DeliveryState.QUEUED, Problem.SIGN_IN),
        (403, DeliveryState.FAILED, Problem.NOT_ALLOWED),
        (404, DeliveryState.FAILED, Problem.GONE),
        (400, DeliveryState.FAILED, Problem.REFUSED),
        (503, DeliveryState.UNCERTAIN, Problem.CUT_OFF),
    ],
)
def test_each_refusal_has_its_state(
    x: XServer, public: Ticket, agent: User, status: int, state: str, problem: str
) -> None:
    x.answers_with = (status, {})
    mail = answered(public, agent)
    outbound.send(mail.pk)

    assert fresh(mail) == (state, problem)


def test_a_line_that_breaks_while_it_is_handed_over_leaves_the_decision_to_a_person(
    x: XServer, public: Ticket, agent: User
) -> None:
    x.hangs_up = True
    mail = answered(public, agent)
    outbound.send(mail.pk)
    assert fresh(mail) == (DeliveryState.UNCERTAIN, Problem.CUT_OFF)
    assert outbound.send_due() == 0

    x.hangs_up = False
    delivery.retry(mail)
    assert outbound.send_due() == 1
    assert fresh(mail) == (DeliveryState.SENT, "")


def test_without_an_account_it_waits_and_says_so(
    public: Ticket, account: TwitterAccount, agent: User
) -> None:
    account.is_active = False
    account.save()
    mail = answered(public, agent)
    outbound.send(mail.pk)

    assert fresh(mail) == (DeliveryState.QUEUED, Problem.NO_ACCOUNT)


def test_the_agent_is_told_that_everybody_will_read_it(client: Client, public: Ticket, agent: User) -> None:
    client.force_login(agent)
    text = client.get(f"/desk/tickets/{public.number}/").content.decode()
    assert "Everybody can read your answer" in text
    assert "Reply to @anna_b" in text


def test_the_agent_is_told_that_only_they_will_read_it(client: Client, private: Ticket, agent: User) -> None:
    client.force_login(agent)
    text = client.get(f"/desk/tickets/{private.number}/").content.decode()
    assert "Everybody can read your answer" not in text
    assert "goes to them alone" in text


def test_letters_weigh_what_x_says() -> None:
    assert weight("Grüße aus Köln") == 14
    assert weight("字") == 2
    assert weight("see https://example.org/a/very/long/address?with=much ok") == 4 + 23 + 3
