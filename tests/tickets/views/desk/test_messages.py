"""Parts of a message: formatted mail, quotes, files, delivery."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from privacy.models import User
from tests.tickets.views.desk.conftest import HTMX, PNG, page
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import html as mail_html
from tickets.enums import DeliveryState
from tickets.lifecycle import MailFacts
from tickets.models import Attachment, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db

HOSTILE = (
    '<p onclick="steal()">Hello</p><script>steal()</script><img src="cid:logo@x"><img src="cid:unknown">'
    '<img src="https://tracker.example/pixel.gif"><form action="/desk/"><input></form>'
    '<a href="javascript:steal()">click</a><a href="https://evil.example/">https://bank.example/</a>'
)


@pytest.fixture
def formatted(ticket: Ticket, customer: Contact) -> Message:
    picture = NewAttachment("logo.png", "image/png", PNG, content_id="<logo@x>", is_inline=True)
    return lifecycle.reply(
        ticket,
        by=customer,
        body_text="Hello",
        attachments=[picture],
        mail=MailFacts(body_html=mail_html.sanitise(HOSTILE), quoted_text="> What I wrote\n> before"),
    )


def test_formatted_mail_is_a_document_that_can_do_nothing(desk: Client, formatted: Message) -> None:
    answer = desk.get(f"/desk/messages/{formatted.pk}/html/")
    text, policy = answer.content.decode(), answer["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-same-origin allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "https:" not in policy
    assert answer["Cache-Control"] == "private, no-store"
    for word in ("<script", "onclick", "javascript:", "<form"):
        assert word not in text
    assert "evil.example" in text


def test_its_own_pictures_show_and_remote_ones_only_on_demand(desk: Client, formatted: Message) -> None:
    address = f"/desk/messages/{formatted.pk}/html/"
    own = reverse("desk:attachment", args=[Attachment.objects.get(message=formatted).pk])

    text = page(desk, address)
    assert f'src="{own}?shown"' in text
    assert ' src="https://tracker.example' not in text

    answer = desk.get(f"{address}?pictures=remote")
    assert ' src="https://tracker.example/pixel.gif"' in answer.content.decode()
    assert "img-src 'self' data: https: http:" in answer["Content-Security-Policy"]


def test_what_was_quoted_is_one_click_away(desk: Client, formatted: Message) -> None:
    ticket = page(desk, f"/desk/tickets/{formatted.ticket.number}/")
    assert "What I wrote" not in ticket
    assert f"/desk/messages/{formatted.pk}/quote/" in ticket

    assert "&gt; What I wrote" in page(desk, f"/desk/messages/{formatted.pk}/quote/", **HTMX)


def test_pictures_are_shown_and_all_else_is_downloaded(desk: Client, ticket: Ticket, agent: User) -> None:
    page_file = NewAttachment("page.html", "text/html", b"<script>alert(1)</script>")
    lifecycle.note(ticket, by=agent, body_text="See.", attachments=[page_file])
    picture, other = Attachment.objects.order_by("created_at")

    answer = desk.get(f"/desk/attachments/{picture.pk}/?shown")
    assert b"".join(answer) == PNG  # type: ignore[call-overload]
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")

    answer = desk.get(f"/desk/attachments/{other.pk}/?shown")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_parts_of_messages_need_a_sign_in(client: Client, formatted: Message) -> None:
    file = Attachment.objects.get(message=formatted)
    for address in (
        f"messages/{formatted.pk}/html/",
        f"messages/{formatted.pk}/quote/",
        f"attachments/{file.pk}/",
    ):
        assert client.get(f"/desk/{address}").status_code == 302


def outgoing(ticket: Ticket, state: DeliveryState) -> OutboundMail:
    mail: OutboundMail = OutboundMail.objects.get(ticket=ticket, kind="reply")
    mail.state = state
    mail.save()
    return mail


@pytest.mark.parametrize(
    ("state", "act", "becomes"),
    [
        (DeliveryState.FAILED, "again", DeliveryState.QUEUED),
        (DeliveryState.UNCERTAIN, "again", DeliveryState.QUEUED),
        (DeliveryState.UNCERTAIN, "sent", DeliveryState.SENT),
        (DeliveryState.FAILED, "sent", DeliveryState.FAILED),
        (DeliveryState.SENT, "again", DeliveryState.SENT),
        (DeliveryState.FAILED, "nonsense", DeliveryState.FAILED),
    ],
)
def test_a_failed_mail_is_sent_again_only_if_it_may_be(
    desk: Client, ticket: Ticket, state: DeliveryState, act: str, becomes: DeliveryState
) -> None:
    mail = outgoing(ticket, state)

    answer = desk.post(f"/desk/messages/{mail.message_id}/delivery/", {"act": act}, headers=HTMX)

    assert answer.status_code == 200
    mail.refresh_from_db()
    assert mail.state == becomes


def test_an_uncertain_mail_offers_both_ways_out(desk: Client, ticket: Ticket) -> None:
    mail = outgoing(ticket, DeliveryState.UNCERTAIN)

    text = page(desk, f"/desk/messages/{mail.message_id}/delivery/", **HTMX)

    assert "Perhaps sent." in text
    assert "Send again" in text
    assert "Mark as sent" in text


def test_a_mail_on_its_way_asks_again_by_itself_and_one_that_is_sent_does_not(
    desk: Client, ticket: Ticket
) -> None:
    address = f"/desk/messages/{outgoing(ticket, DeliveryState.QUEUED).message_id}/delivery/"
    assert 'hx-trigger="every' in page(desk, address, **HTMX)

    outgoing(ticket, DeliveryState.SENT)
    assert "hx-trigger" not in page(desk, address, **HTMX)
