"""Files in the portal: a proved picture is shown, all else is downloaded, files of notes never."""

import pytest
from django.test import Client

from contacts.models import Contact
from privacy.models import User
from privacy.vault import keys
from tests.tickets.views.portal.conftest import PNG, follow
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


def url(file: Attachment) -> str:
    return f"/portal/tickets/{file.message.ticket.number}/attachments/{file.pk}/"


def test_a_picture_is_shown(own: Client, ticket: Ticket) -> None:
    file = Attachment.objects.get(is_image=True)
    answer = own.get(url(file))

    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "said", "content"),
    [
        ("evil.html", "text/html", b"<script>alert(1)</script>"),
        ("evil.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("evil.png", "image/png", b"<script>alert(1)</script>"),
        ("doc.pdf", "application/pdf", b"%PDF-1.4"),
    ],
)
def test_all_else_is_downloaded(own: Client, ticket: Ticket, name: str, said: str, content: bytes) -> None:
    lifecycle.reply(
        ticket, by=ticket.requester, body_text="x", attachments=[NewAttachment(name, said, content)]
    )
    file = next(each for each in Attachment.objects.all() if each.filename == name)
    answer = own.get(url(file))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert f'<img src="{url(file)}"' not in own.get(f"/portal/tickets/{ticket.number}/").content.decode()


def test_a_guest_gets_the_files_of_the_ticket(client: Client, ticket: Ticket) -> None:
    follow(client, ticket)

    assert client.get(url(Attachment.objects.get(is_image=True))).status_code == 200


def test_files_of_a_deleted_message_are_gone(own: Client, ticket: Ticket, agent: User) -> None:
    file = Attachment.objects.get(is_image=True)
    file.message.bin(by=agent)

    assert own.get(url(file)).status_code == 404


def test_an_erased_file_is_gone(own: Client, ticket: Ticket, customer: Contact) -> None:
    file = Attachment.objects.get(is_image=True)
    keys.destroy(customer.pk)

    assert own.get(url(file)).status_code == 404
