"""What becomes of a mail that comes in: a ticket, a message, a mark, or a place in the list."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections

from contacts import identification
from contacts.models import Contact, Identity
from privacy.models import User
from tests.tickets.channels.post import ADDRESS, letter
from tickets import lifecycle
from tickets.channels.email import deciding, inbound, outbound, tokens
from tickets.enums import Channel, DeliveryState, InboundState, MessageKind, Status
from tickets.models import InboundMail, Mailbox, Message, OutboundMail, Ticket


def test_a_mail_opens_a_ticket_and_is_confirmed(mailbox: Mailbox) -> None:
    outcome = inbound.receive(letter("Guten Tag,\n\nbitte die Rechnung von mir nicht."), mailbox=mailbox)

    ticket = Ticket.objects.get()
    assert (outcome.action, outcome.ticket) == ("opened", ticket)
    assert (ticket.channel, ticket.department, ticket.language) == (Channel.EMAIL, mailbox.department, "de")
    assert ticket.requester.primary_email == "carla@customer.example"
    assert [mail.kind for mail in OutboundMail.objects.all()] == ["confirmation"]
    assert InboundMail.objects.get().state == InboundState.DONE


def test_the_same_mail_twice_is_one_message(mailbox: Mailbox) -> None:
    raw = letter()
    outcomes = [inbound.receive(raw, mailbox=mailbox).reason for _ in range(3)]
    assert outcomes == ["", "duplicate", "duplicate"]
    assert Message.objects.count() == 1


def test_lines_that_servers_add_on_the_way_make_no_new_mail(mailbox: Mailbox) -> None:
    raw = letter()
    inbound.receive(raw, mailbox=mailbox)
    assert inbound.receive(b"Received: from elsewhere\r\n" + raw, mailbox=mailbox).reason == "duplicate"


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_the_same_mail_in_two_threads_at_once_is_one_message(mailbox: Mailbox) -> None:
    raw = letter()

    def take_in(_: int) -> str:
        try:
            return inbound.receive(raw, mailbox=mailbox).reason
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        reasons = sorted(threads.map(take_in, range(4)))
    assert reasons == ["", "duplicate", "duplicate", "duplicate"]
    assert (Message.objects.count(), Contact.objects.count()) == (1, 1)


def test_an_answer_to_our_mail_finds_its_ticket_whoever_writes_it(mailbox: Mailbox, agent: User) -> None:
    inbound.receive(letter(), mailbox=mailbox)
    ticket = Ticket.objects.get()
    answer = lifecycle.reply(ticket, by=agent, body_text="Which one?")
    sent = OutboundMail.objects.get(message=answer)

    ours = tokens.message_id(sent.pk, ADDRESS)
    outcome = inbound.receive(
        letter("The red one.", sender="secretary@customer.example", In_Reply_To=ours), mailbox=mailbox
    )

    assert (outcome.action, outcome.ticket) == ("replied", ticket)
    assert Ticket.objects.get().status == Status.OPEN
    assert [message.kind for message in ticket.messages.all()] == [
        MessageKind.CUSTOMER,
        MessageKind.AGENT,
        MessageKind.CUSTOMER,
    ]


def test_a_forged_token_finds_nothing(mailbox: Mailbox) -> None:
    inbound.receive(letter(), mailbox=mailbox)
    forged = tokens.message_id(OutboundMail.objects.get().pk, ADDRESS).replace("@", "0@", 1)
    flipped = forged[:-30] + ("0" if forged[-30] != "0" else "1") + forged[-29:]
    for wrong in (forged, flipped):
        outcome = inbound.receive(letter(sender="eve@evil.example", In_Reply_To=wrong), mailbox=mailbox)
        assert outcome.action == "opened"


@pytest.mark.parametrize(
    ("sender", "headers", "action"),
    [
        ("carla@customer.example", {"References": "<first@customer.example>"}, "replied"),
        ("eve@evil.example", {"References": "<first@customer.example>"}, "opened"),
        ("carla@customer.example", {"Subject": "Re: Help [#{number}]"}, "replied"),
        ("eve@evil.example", {"Subject": "Re: Help [#{number}]"}, "opened"),
        ("carla@customer.example", {"Subject": "Order {number} is late"}, "opened"),
    ],
)
def test_references_and_numbers_count_from_those_who_take_part_only(
    mailbox: Mailbox, sender: str, headers: dict[str, str], action: str
) -> None:
    inbound.receive(letter(Message_ID="<first@customer.example>"), mailbox=mailbox)
    number = str(Ticket.objects.get().number)
    filled = {name: value.format(number=number) for name, value in headers.items()}
    assert inbound.receive(letter("More.", sender=sender, **filled), mailbox=mailbox).action == action


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Subject": "Automatische Antwort: Ihre Frage"},
        {"Subject": "Out of office: back on Monday"},
        {"Return_Path": "<>"},
    ],
)
def test_machines_open_no_ticket_and_get_no_answer(mailbox: Mailbox, headers: dict[str, str]) -> None:
    outcome = inbound.receive(letter(**headers), mailbox=mailbox)
    assert outcome.action == "ignored"
    assert (Ticket.objects.count(), OutboundMail.objects.count()) == (0, 0)
    assert InboundMail.objects.get().raw.read_plain() != b""


def test_a_list_or_a_nobody_is_taken_in_but_not_confirmed(mailbox: Mailbox) -> None:
    inbound.receive(letter(List_Id="<users.example>", List_Post="<mailto:users@example>"), mailbox=mailbox)
    inbound.receive(letter(sender="no-reply@shop.example"), mailbox=mailbox)
    assert (Ticket.objects.count(), OutboundMail.objects.count()) == (2, 0)


def test_our_own_mail_that_comes_back_ends_there(mailbox: Mailbox) -> None:
    ours = tokens.make(uuid4())
    assert inbound.receive(letter(X_Helpdesk_Mail=ours), mailbox=mailbox).reason == "loop"
    assert inbound.receive(letter(sender=ADDRESS), mailbox=mailbox).reason == "own_address"
    assert Ticket.objects.count() == 0


def test_the_mark_of_another_helpdesk_is_none_of_ours(mailbox: Mailbox) -> None:
    foreign = f"h{uuid4().hex}{'0' * 20}"
    assert inbound.receive(letter(X_Helpdesk_Mail=foreign), mailbox=mailbox).action == "opened"


@pytest.mark.parametrize("sender", [ADDRESS, "no-reply@shop.example"])
def test_a_form_on_a_web_site_speaks_for_whom_it_names(mailbox: Mailbox, sender: str) -> None:
    inbound.receive(letter(sender=sender, Reply_To="Carla C <carla@customer.example>"), mailbox=mailbox)
    requester = Ticket.objects.get().requester
    assert (requester.primary_email, requester.full_name) == ("carla@customer.example", "Carla C")


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply doesn't work", "Out of office printer is broken", "Abwesenheitsnotiz einrichten?"],
)
def test_a_question_about_absence_notes_is_a_question(mailbox: Mailbox, subject: str) -> None:
    assert inbound.receive(letter(Subject=subject), mailbox=mailbox).action == "opened"


def test_two_machines_that_answer_each_other_come_to_rest(mailbox: Mailbox) -> None:
    """Without any header that tells: the confirmations end, then the tickets do."""
    actions = [
        inbound.receive(letter(f"Thank you {n}"), mailbox=mailbox).action
        for n in range(deciding.TICKETS_AN_HOUR + 5)
    ]
    assert actions == ["opened"] * deciding.TICKETS_AN_HOUR + ["attention"] * 5
    assert OutboundMail.objects.count() == 5


def test_a_bounce_marks_the_address_and_the_message(mailbox: Mailbox, agent: User) -> None:
    inbound.receive(letter(), mailbox=mailbox)
    answer = lifecycle.reply(Ticket.objects.get(), by=agent, body_text="Here you are.")
    sent = OutboundMail.objects.get(message=answer)
    bounce = BOUNCE.format(message_id=tokens.message_id(sent.pk, ADDRESS)).encode()

    assert inbound.receive(bounce, mailbox=mailbox).action == "bounce"

    sent.refresh_from_db()
    identity = Identity.objects.get(value="carla@customer.example")
    assert (sent.state, identity.bounce_reason) == (DeliveryState.FAILED, "no_such_address")
    assert Ticket.objects.count() == 1


def test_copies_become_participants_and_we_ourselves_do_not(mailbox: Mailbox) -> None:
    inbound.receive(letter(Cc=f"Bob <bob@customer.example>, {ADDRESS}"), mailbox=mailbox)
    assert lifecycle.copy_addresses(Ticket.objects.get()) == ["bob@customer.example"]


def test_a_mail_without_a_sender_waits_for_somebody(mailbox: Mailbox) -> None:
    outcome = inbound.receive(b"Subject: hello\r\n\r\nIs anybody there?", mailbox=mailbox)
    kept = InboundMail.objects.get()
    assert (outcome.action, kept.state, kept.reason) == ("attention", InboundState.ATTENTION, "no_sender")
    assert b"Is anybody there?" in kept.raw.read_plain()


def test_what_is_quoted_is_kept_beside_the_answer(mailbox: Mailbox) -> None:
    quote = f"On Mon, 2 Mar 2026 at 14:02, Support <{ADDRESS}> wrote:\n> Shall we?\n"
    text = f"Yes, please.\n\n{quote}"
    inbound.receive(letter(text), mailbox=mailbox)
    message = Message.objects.get()
    assert message.body_text == "Yes, please."
    assert "> Shall we?" in message.quoted_text


def test_somebody_new_is_made_for_an_address_that_was_set_free(mailbox: Mailbox) -> None:
    old = identification.find_or_make("carla@customer.example", full_name="Carla")
    old.identities.get().bin(by=None)
    inbound.receive(letter(), mailbox=mailbox)
    assert Ticket.objects.get().requester_id != old.pk
    assert outbound.send_due() == 1


BOUNCE = """\
From: MAILER-DAEMON@mx.example
To: support@helpdesk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; carla@customer.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Re: Help

Here you are.
--b--
"""
