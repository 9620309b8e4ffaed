"""Answers, notes and drafts: what is sent, what is kept, what is said when something is wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from privacy.models import User
from tests.tickets.views.desk.conftest import HTMX, page, url
from tickets import drafting
from tickets.enums import DeliveryState, MessageKind, Status
from tickets.models import Draft, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db


def post(client: Client, ticket: Ticket, noun: str, **given: Any) -> Any:
    return client.post(url(ticket, f"{noun}/"), given, headers=HTMX)


def newest(ticket: Ticket) -> Message:
    found: Message = Message.objects.filter(ticket=ticket).latest("created_at")
    return found


def test_an_answer_is_queued_and_the_editor_empty(desk: Client, ticket: Ticket, agent: User) -> None:
    answer = post(desk, ticket, "replies", body="Try the cable.", cc="", then_status="resolved")
    text = answer.content.decode()

    message = newest(ticket)
    assert (message.body_text, message.kind, message.author_user) == ("Try the cable.", "agent", agent)
    assert OutboundMail.objects.get(message=message).state == DeliveryState.QUEUED
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert 'id="reply-form"' in text
    assert "Try the cable.</textarea>" not in text
    assert "Waiting to be sent" in text


def test_copies_are_what_the_field_says(desk: Client, ticket: Ticket) -> None:
    assert 'value="chef@customer.example"' in page(desk, url(ticket))

    post(desk, ticket, "replies", body="Hello.", cc="one@x.example; two@x.example, one@x.example")

    assert newest(ticket).cc == "one@x.example, two@x.example"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"body": " ", "cc": ""}, "Write an answer first."),
        ({"body": "Typed with care.", "cc": "not-an-address"}, "“not-an-address” is not an e-mail address."),
    ],
)
def test_errors_keep_what_was_typed(desk: Client, ticket: Ticket, given: Any, said: str) -> None:
    before = Message.objects.count()

    answer = post(desk, ticket, "replies", **given)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert said in text
    assert 'aria-invalid="true"' in text
    assert given["body"].strip() in text
    assert given["cc"] in text
    assert Message.objects.count() == before


def test_errors_without_scripts_come_as_a_page(desk: Client, ticket: Ticket) -> None:
    answer = desk.post(url(ticket, "replies/"), {"body": "", "cc": "x@y.example"})

    assert answer.status_code == 422
    assert "<html" in answer.content.decode()
    assert "Write an answer first." in answer.content.decode()


def test_files_go_along(desk: Client, ticket: Ticket) -> None:
    files = [SimpleUploadedFile("one.txt", b"1"), SimpleUploadedFile("two.txt", b"22")]

    post(desk, ticket, "replies", body="See here.", cc="", files=files)

    found = sorted((file.filename, file.size) for file in newest(ticket).attachments.all())
    assert found == [("one.txt", 1), ("two.txt", 2)]


def test_too_large_a_file_is_refused_with_its_name(desk: Client, ticket: Ticket, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10

    answer = post(
        desk, ticket, "replies", body="See here.", cc="", files=[SimpleUploadedFile("big.bin", b"x" * 11)]
    )

    assert answer.status_code == 422
    assert "“big.bin” is too large" in answer.content.decode()
    assert "See here." in answer.content.decode()


def test_too_much_at_once_is_refused(desk: Client, ticket: Ticket) -> None:
    size = project.FILE_UPLOAD_MAX_MEMORY_SIZE + 1

    answer = post(desk, ticket, "notes", body="See here.", files=[SimpleUploadedFile("b", b"x" * size)])

    assert answer.status_code == 422
    assert "Together your files are too large" in answer.content.decode()


def test_a_note_goes_nowhere(desk: Client, ticket: Ticket) -> None:
    mails = OutboundMail.objects.count()
    status = ticket.status

    text = post(desk, ticket, "notes", body="Between us.").content.decode()

    assert newest(ticket).kind == MessageKind.NOTE
    assert OutboundMail.objects.count() == mails
    ticket.refresh_from_db()
    assert ticket.status == status
    assert 'id="note-form"' in text


def test_a_draft_is_kept_and_restored(desk: Client, ticket: Ticket) -> None:
    said = post(desk, ticket, "drafts", kind="agent", body="Half a sent", cc="a@x.example").content.decode()

    assert "Draft kept" in said
    text = page(desk, url(ticket))
    assert "Half a sent</textarea>" in text
    assert 'value="a@x.example"' in text
    assert 'data-mode="reply"' in text
    assert "Your draft," in text


def test_drafts_are_sealed(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "drafts", kind="note", body="Half a sent")

    assert b"Half" not in bytes(Draft.objects.values_list("body", flat=True)[0])


def test_drafts_are_the_agents_own(desk: Client, ticket: Ticket, colleague: User) -> None:
    drafting.keep(ticket, MessageKind.AGENT, by=colleague, body="Of Ben.")

    assert "Of Ben." not in page(desk, url(ticket))


def test_nothing_typed_is_no_draft(desk: Client, ticket: Ticket, agent: User) -> None:
    post(desk, ticket, "drafts", kind="agent", body="Something")
    post(desk, ticket, "drafts", kind="agent", body="  ")

    assert not Draft.objects.filter(ticket=ticket, user=agent).exists()


def test_a_draft_ends_when_it_is_sent_and_a_late_one_is_not_kept(
    desk: Client, ticket: Ticket, agent: User
) -> None:
    opened = timezone.now().isoformat()
    post(desk, ticket, "drafts", kind="agent", body="Sent", since=opened)
    post(desk, ticket, "replies", body="Sent", cc="")
    assert not Draft.objects.filter(ticket=ticket, user=agent).exists()

    post(desk, ticket, "drafts", kind="agent", body="Sent", since=opened)  # was on its way
    assert not Draft.objects.filter(ticket=ticket, user=agent).exists()

    later = (timezone.now() + timedelta(seconds=1)).isoformat()
    post(desk, ticket, "drafts", kind="agent", body="Next", since=later)
    assert drafting.of(ticket, MessageKind.AGENT, agent).body == "Next"  # type: ignore[union-attr]


def test_a_draft_can_be_discarded(desk: Client, ticket: Ticket, agent: User) -> None:
    post(desk, ticket, "drafts", kind="note", body="Away with it")

    text = post(desk, ticket, "drafts/removal", kind="note").content.decode()

    assert not Draft.objects.filter(ticket=ticket, user=agent).exists()
    assert 'id="note-form"' in text
    assert "Away with it" not in text


def test_a_note_begun_does_not_appear_in_the_answer(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "drafts", kind="note", body="She is difficult")

    text = page(desk, url(ticket))

    reply = text[text.index('id="reply-form"') : text.index('id="note-form"')]
    assert "She is difficult" not in reply
    assert 'data-mode="note"' in text


def test_a_session_that_ended_says_so_and_loses_nothing(client: Client, ticket: Ticket) -> None:
    answer = post(client, ticket, "drafts", kind="agent", body="Typed")

    assert answer.status_code == 401
    assert "What you typed is still here" in answer.content.decode()
    assert "next=/desk/session/" in answer.content.decode()
