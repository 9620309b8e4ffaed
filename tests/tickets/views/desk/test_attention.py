"""Mail that waits for a person: listed with its reason, looked at safely, taken in or put aside."""

import os

import pytest
from django.test import Client

from privacy.vault.files import as_file
from tests.factories import MailboxFactory
from tests.tickets.views.desk.conftest import HTMX, page
from tickets.enums import InboundState
from tickets.models import InboundMail, Mailbox, Ticket

pytestmark = pytest.mark.django_db

GOOD = (
    b"From: Vera <vera@visitor.example>\r\nSubject: Where is it?\r\n"
    b"Message-ID: <1@visitor.example>\r\n\r\nStill waiting.\r\n"
)
NOBODY = b"Subject: <script>alert(1)</script>\r\n\r\nNo sender \x07 here.\r\n"


@pytest.fixture
def mailbox() -> Mailbox:
    made: Mailbox = MailboxFactory(address="support@helpdesk.example")
    return made


def hold(mailbox: Mailbox, content: bytes, reason: str = "unreadable") -> InboundMail:
    mail = InboundMail(
        mailbox=mailbox, fingerprint=os.urandom(16), state=InboundState.ATTENTION, reason=reason
    )
    mail.raw.save("", as_file(content), save=False)
    mail.save()
    return mail


def test_an_empty_list_is_good_news(desk: Client) -> None:
    assert "Every mail was understood" in page(desk, "/desk/mail/attention/")
    assert "Needs attention" not in page(desk, "/desk/counts/", **HTMX)


def test_held_mails_are_counted_and_listed_with_their_reason(desk: Client, mailbox: Mailbox) -> None:
    hold(mailbox, GOOD)
    hold(mailbox, NOBODY, "no_sender")

    text = page(desk, "/desk/mail/attention/")

    assert "Where is it?" in text
    assert "Vera &lt;vera@visitor.example&gt;" in text
    assert "support@helpdesk.example" in text
    assert "Sender unknown" in text
    assert "<script>alert" not in text
    assert '<span class="count stop">2</span>' in page(desk, "/desk/counts/", **HTMX)


def test_the_raw_mail_is_text_that_nothing_interprets(desk: Client, mailbox: Mailbox) -> None:
    mail = hold(mailbox, NOBODY)
    address = f"/desk/mail/attention/{mail.pk}/raw/"

    text = page(desk, address)
    assert "&lt;script&gt;alert(1)" in text
    assert "No sender � here." in text

    answer = desk.get(f"{address}?download")
    assert b"".join(answer) == NOBODY  # type: ignore[call-overload]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_mail_that_can_be_read_by_now_is_taken_in(desk: Client, mailbox: Mailbox) -> None:
    mail = hold(mailbox, GOOD)

    answer = desk.post(f"/desk/mail/attention/{mail.pk}/retry/", follow=True)

    assert "The mail was taken in." in answer.content.decode()
    assert Ticket.objects.get().subject == "Where is it?"


def test_one_that_cannot_stays(desk: Client, mailbox: Mailbox) -> None:
    mail = hold(mailbox, NOBODY)

    answer = desk.post(f"/desk/mail/attention/{mail.pk}/retry/", follow=True)

    assert "It still can&#x27;t be read." in answer.content.decode()
    mail.refresh_from_db()
    assert mail.state == InboundState.ATTENTION


def test_a_ticket_can_be_made_of_it_if_it_names_a_sender(desk: Client, mailbox: Mailbox) -> None:
    mail = hold(mailbox, GOOD)
    answer = desk.post(f"/desk/mail/attention/{mail.pk}/ticket/")
    assert answer["Location"] == f"/desk/tickets/{Ticket.objects.get().number}/"

    answer = desk.post(f"/desk/mail/attention/{hold(mailbox, NOBODY).pk}/ticket/", follow=True)
    assert "It names no sender." in answer.content.decode()
    assert Ticket.objects.count() == 1


def test_it_can_be_put_aside(desk: Client, mailbox: Mailbox) -> None:
    mail = hold(mailbox, GOOD)

    desk.post(f"/desk/mail/attention/{mail.pk}/removal/")

    mail.refresh_from_db()
    assert mail.state == InboundState.DISCARDED
    assert "Every mail was understood" in page(desk, "/desk/mail/attention/")


@pytest.mark.parametrize("noun", ["retry", "ticket", "removal"])
def test_acts_are_posts_of_people_who_signed_in(
    client: Client, desk: Client, mailbox: Mailbox, noun: str
) -> None:
    address = f"/desk/mail/attention/{hold(mailbox, GOOD).pk}/{noun}/"
    assert desk.get(address).status_code == 405

    client.logout()

    assert client.post(address).status_code == 302
    assert not Ticket.objects.exists()
