"""One question in the portal: what its customer sees, and what they can do."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from privacy import actor
from privacy.models import User
from privacy.vault import keys
from tests.factories import UserFactory
from tests.tickets.views.portal.conftest import PNG, SECRET, key_of_age
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.enums import Channel, MessageKind, Status
from tickets.lifecycle import MailFacts
from tickets.models import Attachment, Message, Ticket
from tickets.views.portal import conversation
from tickets.views.portal import ticket as views

pytestmark = pytest.mark.django_db


def url(ticket: Ticket, noun: str = "") -> str:
    return f"/portal/tickets/{ticket.number}/{noun}"


def reply(client: Client, ticket: Ticket, **given: Any) -> Any:
    return client.post(
        url(ticket, "replies/"), {"body": "Yes, it is.", "key": key_of_age(seconds=9), **given}
    )


def test_the_customer_reads_the_conversation(own: Client, ticket: Ticket) -> None:
    page = own.get(url(ticket)).content.decode()

    for words in (
        "Black display",
        "The display is black.",
        "Is it plugged in?",
        "Alma",
        "manual.pdf",
        "display.png",
    ):
        assert words in page
    assert "We&#x27;re waiting for your answer" in page
    assert "Alma Agent" not in page


def test_notes_and_their_files_are_nowhere(own: Client, ticket: Ticket) -> None:
    assert Message.objects.filter(kind=MessageKind.NOTE).get().body_text == SECRET
    file = Attachment.objects.get(message__kind=MessageKind.NOTE)

    assert SECRET not in own.get(url(ticket)).content.decode()
    assert own.get(url(ticket, f"attachments/{file.pk}/")).status_code == 404


def test_another_customer_sees_nothing(own: Client, foreign_ticket: Ticket, ticket: Ticket) -> None:
    lifecycle.reply(
        foreign_ticket,
        by=foreign_ticket.requester,
        body_text="x",
        attachments=[NewAttachment("a.txt", "text/plain", b"x")],
    )
    file = Attachment.objects.get(message__ticket=foreign_ticket)

    for address in (
        url(foreign_ticket),
        url(foreign_ticket, f"attachments/{file.pk}/"),
        url(ticket, f"attachments/{file.pk}/"),
    ):
        assert own.get(address).status_code == 404
    for noun in ("replies/", "closure/", "reopening/"):
        assert (
            own.post(url(foreign_ticket, noun), {"body": "Hello", "key": key_of_age(seconds=9)}).status_code
            == 404
        )
    assert foreign_ticket.messages.count() == 2


def test_a_stranger_is_asked_to_sign_in(client: Client, ticket: Ticket) -> None:
    file = Attachment.objects.first()
    for address in (url(ticket), url(ticket, f"attachments/{file.pk}/")):
        assert client.get(address)["Location"].startswith("/portal/sign-in/?next=")


def test_a_member_of_staff_is_no_customer(client: Client, ticket: Ticket, agent: User) -> None:
    client.force_login(agent)

    assert client.get(url(ticket))["Location"].startswith("/portal/sign-in/")


@pytest.mark.parametrize("number", ["999999", "99999999999999999999999999", "0"])
def test_a_number_that_nobody_has_is_not_found(own: Client, number: str) -> None:
    assert own.get(f"/portal/tickets/{number}/").status_code == 404


def test_what_is_not_there_and_what_is_not_yours_look_alike(own: Client, foreign_ticket: Ticket) -> None:
    pages = [own.get(url(foreign_ticket)), own.get("/portal/tickets/999999/")]
    bare = [page.content.decode().replace(str(foreign_ticket.number), "999999") for page in pages]

    assert len({page.status_code for page in pages}) == 1
    assert [len(page) for page in bare] == [len(bare[0])] * 2
    assert "portal-bar" in bare[0]


def test_a_reply_reaches_us(own: Client, ticket: Ticket, customer: Contact) -> None:
    answer = reply(own, ticket, attachments=[SimpleUploadedFile("plug.png", PNG)])

    message = ticket.messages.last()
    ticket.refresh_from_db()
    assert answer["Location"] == url(ticket)
    assert (message.kind, message.body_text, message.channel) == (
        MessageKind.CUSTOMER,
        "Yes, it is.",
        Channel.PORTAL,
    )
    assert [each.filename for each in message.attachments.all()] == ["plug.png"]
    assert (ticket.status, ticket.last_message_kind) == (Status.OPEN, MessageKind.CUSTOMER)
    assert "Thank you. We have your message." in own.get(url(ticket)).content.decode()
    assert (Message.history.filter(id=message.pk).get().actor_id, message.author_contact) == (
        customer.pk,
        customer,
    )


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_reply_opens_a_finished_question_again(
    own: Client, ticket: Ticket, agent: User, status: Status
) -> None:
    lifecycle.change_status(ticket, status, by=agent)
    reply(own, ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.closed_at) == (Status.OPEN, None)


def test_an_empty_reply_is_not_sent(own: Client, ticket: Ticket) -> None:
    page = reply(own, ticket, body="  ").content.decode()

    assert "Write something first." in page
    assert ticket.messages.count() == 3


def test_a_reply_with_a_bad_file_keeps_its_text(own: Client, ticket: Ticket, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    page = reply(own, ticket, attachments=[SimpleUploadedFile("big.bin", b"x" * 11)]).content.decode()

    assert "“big.bin” is too large." in page
    assert "Yes, it is." in page
    assert ticket.messages.count() == 3


def test_a_reply_sent_twice_is_one(own: Client, ticket: Ticket) -> None:
    key = key_of_age(seconds=9)
    reply(own, ticket, key=key)
    reply(own, ticket, key=key)
    reply(own, ticket, key=key, body="Something else")

    assert ticket.messages.filter(kind=MessageKind.CUSTOMER).count() == 3


def test_replies_are_slowed_down_and_kept(own: Client, ticket: Ticket) -> None:
    codes = [reply(own, ticket, body=f"{n}").status_code for n in range(views.REPLIES + 1)]

    assert codes == [302] * views.REPLIES + [429]


def test_when_the_visit_has_ended_the_text_is_still_there(client: Client, ticket: Ticket) -> None:
    answer = reply(client, ticket, body="A long <b>text</b>")

    assert answer.status_code == 401
    assert "A long &lt;b&gt;text&lt;/b&gt;" in answer.content.decode()
    assert ticket.messages.count() == 3


def test_the_customer_closes_and_opens_again(own: Client, ticket: Ticket) -> None:
    own.post(url(ticket, "closure/"))
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert "Solved" in own.get(url(ticket)).content.decode()

    own.post(url(ticket, "reopening/"))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert "We&#x27;re working on it" in own.get(url(ticket)).content.decode()


@pytest.mark.parametrize("noun", ["replies/", "closure/", "reopening/"])
def test_looking_changes_nothing(own: Client, ticket: Ticket, noun: str) -> None:
    assert own.get(url(ticket, noun)).status_code == 405


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.NEW, "We have your question"),
        (Status.OPEN, "We&#x27;re working on it"),
        (Status.PENDING, "We&#x27;re waiting for your answer"),
        (Status.ON_HOLD, "We&#x27;re working on it"),
        (Status.RESOLVED, "Solved"),
        (Status.CLOSED, "Closed"),
    ],
)
def test_where_it_stands_is_said_in_plain_words(
    own: Client, ticket: Ticket, agent: User, status: Status, words: str
) -> None:
    lifecycle.change_status(ticket, status, by=agent)

    for address in (url(ticket), "/portal/tickets/", "/portal/"):
        assert words in own.get(address).content.decode()


def test_nothing_that_was_written_becomes_markup(own: Client, ticket: Ticket, agent: User) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    lifecycle.change_subject(ticket, attack, by=agent)
    lifecycle.reply(
        ticket,
        by=ticket.requester,
        body_text=attack,
        mail=MailFacts(body_html=attack, quoted_text=attack),
        attachments=[NewAttachment('"><script>.txt', "", b"x")],
    )
    page = own.get(url(ticket)).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") == 4


def test_quoted_text_is_folded(own: Client, ticket: Ticket, customer: Contact) -> None:
    lifecycle.reply(ticket, by=customer, body_text="New", mail=MailFacts(quoted_text="> Old words"))

    page = own.get(url(ticket)).content.decode()
    assert '<details class="quoted">' in page
    assert "&gt; Old words" in page


def test_somebody_in_copy_is_named(own: Client, ticket: Ticket, stranger: Contact) -> None:
    lifecycle.reply(ticket, by=stranger, body_text="I'm with Carla", channel=Channel.EMAIL)

    assert "Stan Stranger" in own.get(url(ticket)).content.decode()


def test_an_erased_agent_is_the_company(own: Client, ticket: Ticket, agent: User) -> None:
    keys.destroy(agent.pk)

    page = own.get(url(ticket))
    assert page.status_code == 200
    assert "Is it plugged in?" in page.content.decode()


def test_a_long_conversation_has_pages(own: Client, ticket: Ticket, customer: Contact) -> None:
    for n in range(conversation.SHOWN + 5):
        with actor.at(ticket.created_at + timedelta(hours=n + 1)):
            lifecycle.reply(ticket, by=customer, body_text=f"Message {n}.")

    newest = own.get(url(ticket))
    older = own.get(url(ticket), {"page": newest.context["talk"].older})
    texts = [said.message.body_text for said in [*older.context["talk"].rows, *newest.context["talk"].rows]]
    assert texts[:2] == ["The display is black.", "Is it plugged in?"]
    assert texts[-1] == f"Message {conversation.SHOWN + 4}."
    assert len(texts) == conversation.SHOWN + 7
    assert own.get(url(ticket), {"page": "nonsense"}).status_code == 400


def test_the_page_costs_as_much_with_one_message_as_with_many(
    own: Client, ticket: Ticket, customer: Contact
) -> None:
    few = _queries(own, ticket)
    for n in range(conversation.SHOWN):
        lifecycle.reply(
            ticket,
            by=UserFactory() if n % 2 else customer,
            body_text="Hm",
            attachments=[NewAttachment("a.txt", "text/plain", b"x")],
        )

    assert _queries(own, ticket) == few


def _queries(client: Client, ticket: Ticket) -> dict[str, int]:
    with (
        CaptureQueriesContext(connections["default"]) as data,
        CaptureQueriesContext(connections["vault"]) as vault,
    ):
        assert client.get(url(ticket)).status_code == 200
    return {"data": len(data), "vault": len(vault)}
