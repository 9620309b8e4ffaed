"""Answers on their way out, over a real SMTP server that also refuses, hangs up and forgets to answer."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.demo.mailserver.server import DemoMailServer
from privacy.models import User
from tests import factories
from tests.tickets.channels.post import ADDRESS, letter
from tickets import delivery, lifecycle
from tickets.attaching import NewAttachment
from tickets.channels import outgoing
from tickets.channels.email import connection, inbound, outbound
from tickets.channels.email.problems import MailProblem, Problem
from tickets.enums import DeliveryState, MessageKind, Security
from tickets.models import Mailbox, Message, OutboundMail, Ticket

CARLA = "carla@customer.example"


@pytest.fixture
def ticket(mailbox: Mailbox) -> Ticket:
    """Asked by mail; the confirmation is out of the way."""
    inbound.receive(letter(Message_ID="<first@customer.example>", Subject="Größe?"), mailbox=mailbox)
    OutboundMail.objects.all().delete()
    found: Ticket = Ticket.objects.get()
    return found


def answered(ticket: Ticket, agent: User, text: str = "Size L.", **more: Any) -> OutboundMail:
    """An answer, queued."""
    message = lifecycle.reply(ticket, by=agent, body_text=text, **more)
    found: OutboundMail = OutboundMail.objects.get(message=message)
    return found


def received(post_office: DemoMailServer, address: str = CARLA) -> list[EmailMessage]:
    """What lies in somebody's mailbox."""
    return post_office.messages(address)


def fresh(mail: OutboundMail) -> OutboundMail:
    found: OutboundMail = OutboundMail.objects.get(pk=mail.pk)
    return found


def test_an_answer_arrives_with_all_that_belongs_to_it(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    files = [NewAttachment("maße.txt", "text/plain", b"1 m wide")]
    mail = answered(ticket, agent, "Size L.\n.\n.dotted", cc=["bob@customer.example"], attachments=files)
    outbound.send(mail.pk)

    (got,) = received(post_office)
    assert fresh(mail).state == DeliveryState.SENT
    assert (got["In-Reply-To"], got["References"]) == ("<first@customer.example>",) * 2
    assert got["Subject"] == f"Re: Größe? [#{ticket.number}]"
    assert "Alma" in got["From"]
    text = got.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Size L.\n.\n.dotted\n")
    assert "> My machine is broken." in text
    assert [(part.get_filename(), part.get_content()) for part in got.iter_attachments()] == [
        ("maße.txt", "1 m wide")
    ]
    assert len(received(post_office, "bob@customer.example")) == 1


def test_a_confirmation_says_that_a_machine_wrote_it(mailbox: Mailbox, post_office: DemoMailServer) -> None:
    inbound.receive(letter(), mailbox=mailbox)
    outbound.send_due()
    (got,) = received(post_office)
    assert got["Auto-Submitted"] == "auto-replied"
    assert f"{Ticket.objects.get().number}" in got.get_body(("plain",)).get_content()


def test_a_message_is_queued_once_and_sent_once(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    mail = answered(ticket, agent)
    assert delivery.send(mail.message).pk == mail.pk
    assert [outbound.send(mail.pk), outbound.send(mail.pk), outbound.send_due()] == [True, False, 0]
    assert len(received(post_office)) == 1


def test_notes_never_go_out(ticket: Ticket, agent: User) -> None:
    lifecycle.note(ticket, by=agent, body_text="He is difficult.")
    assert OutboundMail.objects.count() == 0


def test_a_note_is_not_quoted_in_an_answer(ticket: Ticket, agent: User, post_office: DemoMailServer) -> None:
    lifecycle.note(ticket, by=agent, body_text="He is difficult.")
    outbound.send(answered(ticket, agent).pk)
    assert "difficult" not in received(post_office)[0].as_string()


@pytest.mark.parametrize(
    ("point", "answer", "state", "code"),
    [
        ("mail", "451 4.3.0 Try later", DeliveryState.QUEUED, Problem.BUSY),
        ("rcpt", "450 4.2.0 Greylisted", DeliveryState.QUEUED, Problem.BUSY),
        ("rcpt", "550 5.1.1 No such user", DeliveryState.FAILED, Problem.RECIPIENT),
        ("data", "554 5.7.1 Looks like spam", DeliveryState.FAILED, Problem.CONTENT),
        ("mail", "550 5.7.1 Not your address", DeliveryState.FAILED, Problem.SENDER),
    ],
)
def test_refusals_are_tried_again_or_told(
    ticket: Ticket, agent: User, post_office: DemoMailServer, point: str, answer: str, state: str, code: str
) -> None:
    post_office.faults.refuse(point, answer)
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    after = fresh(mail)
    assert (after.state, after.error_code, received(post_office)) == (state, code, [])
    assert answer.split()[0] in after.error


def test_what_failed_for_a_while_goes_out_later(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    post_office.faults.refuse("mail", "451 4.3.0 Try later")
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    assert outbound.send_due() == 0
    OutboundMail.objects.update(next_attempt_at=timezone.now())
    assert outbound.send_due() == 1
    assert (fresh(mail).state, len(received(post_office))) == (DeliveryState.SENT, 1)


def test_a_server_that_is_away_is_tried_again(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    post_office.stop()
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    assert (fresh(mail).state, fresh(mail).error_code) == (DeliveryState.QUEUED, Problem.NO_CONNECTION)
    post_office.start()
    OutboundMail.objects.update(next_attempt_at=timezone.now())
    outbound.send_due()
    assert len(received(post_office)) == 1


def test_a_connection_lost_before_the_end_is_tried_again(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    post_office.faults.drop("rcpt")
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    assert (fresh(mail).state, received(post_office)) == (DeliveryState.QUEUED, [])


def test_a_connection_lost_at_the_end_is_for_a_person_to_judge(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    post_office.faults.drop_after_data()
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    assert (fresh(mail).state, outbound.send_due(), len(received(post_office))) == (
        DeliveryState.UNCERTAIN,
        0,
        1,
    )
    assert delivery.mark_sent(mail) is True
    assert (fresh(mail).state, delivery.retry(mail)) == (DeliveryState.SENT, False)


def test_retry_sends_what_had_failed(ticket: Ticket, agent: User, post_office: DemoMailServer) -> None:
    post_office.faults.refuse("rcpt", "550 5.1.1 No such user")
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    assert delivery.retry(mail) is True
    outbound.send(mail.pk)
    assert (fresh(mail).state, len(received(post_office))) == (DeliveryState.SENT, 1)


def test_one_refused_copy_does_not_stop_the_others(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    mail = answered(ticket, agent, cc=["bob@customer.example"])
    post_office.faults.delay("rcpt", 0)
    post_office.faults.refuse("rcpt", "550 5.1.1 No such user")
    outbound.send(mail.pk)
    after = fresh(mail)
    assert (after.state, after.error_code) == (DeliveryState.SENT, Problem.RECIPIENT)
    assert (len(received(post_office)), len(received(post_office, "bob@customer.example"))) == (1, 0)


def test_an_abandoned_mail_is_taken_up_again_and_a_possibly_sent_one_is_not(
    ticket: Ticket, agent: User
) -> None:
    mail = answered(ticket, agent)
    long_ago = timezone.now() - 2 * outgoing.LEASE
    OutboundMail.objects.update(state=DeliveryState.SENDING, claimed_at=long_ago)
    assert outbound.send_due() == 1
    OutboundMail.objects.update(state=DeliveryState.HANDING_OVER, claimed_at=long_ago)
    assert (outbound.send_due(), fresh(mail).state) == (0, DeliveryState.UNCERTAIN)


def test_waits_grow_up_to_hours() -> None:
    waits = [outgoing._next_attempt(n) - timezone.now() for n in range(1, 20)]
    assert timedelta(seconds=20) < waits[0] < timedelta(seconds=40)
    assert waits[-1] <= 1.2 * outgoing.LONGEST_WAIT


def test_a_customer_without_an_address_is_told_to_the_agent(mailbox: Mailbox, agent: User) -> None:
    contact = factories.ContactFactory(email="", phone="+49301234567")
    ticket = factories.TicketFactory(requester=contact)
    mail = answered(ticket, agent)
    outbound.send(mail.pk)
    assert (fresh(mail).state, fresh(mail).error_code) == (DeliveryState.FAILED, Problem.NO_ADDRESS)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"smtp_host": ""}, Problem.NO_SERVER),
        ({"smtp_host": "no-such-host.invalid"}, Problem.UNKNOWN_HOST),
        ({"smtp_port": 1}, Problem.NO_CONNECTION),
        ({"smtp_security": Security.TLS}, Problem.NOT_TLS),
        ({"smtp_security": Security.STARTTLS}, Problem.NOT_TLS),
        ({"smtp_host": "10.0.0.1", "smtp_security": Security.PLAIN}, Problem.PLAIN_REFUSED),
    ],
)
def test_each_thing_that_can_be_wrong_with_a_server_has_its_sentence(
    mailbox: Mailbox, changes: dict[str, Any], problem: Problem
) -> None:
    for name, value in changes.items():
        setattr(mailbox, name, value)
    with pytest.raises(MailProblem) as raised:
        connection.check_smtp(mailbox)
    assert raised.value.problem == problem


def test_private_networks_are_refused_unless_allowed(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_ALLOW_PRIVATE_HOSTS = False
    with pytest.raises(MailProblem) as raised:
        connection.check_imap(mailbox)
    assert raised.value.problem == Problem.PRIVATE_HOST


def test_a_wrong_password_is_named(mailbox: Mailbox) -> None:
    mailbox.password = "wrong"
    with pytest.raises(MailProblem) as raised:
        connection.check_imap(mailbox)
    assert raised.value.problem == Problem.SIGN_IN


def test_later_mails_of_the_thread_refer_to_the_answer(
    ticket: Ticket, agent: User, post_office: DemoMailServer
) -> None:
    outbound.send(answered(ticket, agent).pk)
    outbound.send(answered(ticket, agent, "And one more thing.").pk)
    first, second = received(post_office)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert Message.objects.filter(kind=MessageKind.AGENT, message_id=first["Message-ID"]).exists()
    assert ADDRESS in first["From"]
