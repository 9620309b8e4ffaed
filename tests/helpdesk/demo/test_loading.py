"""The demo in the database: told through the product's own verbs, once, or not at all."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contacts import identification
from contacts.models import Contact
from helpdesk.demo import LOGINS, loading, setting_up
from privacy import access
from privacy.models import User
from tickets.enums import DeliveryState, Status
from tickets.models import Attachment, Department, Mailbox, Message, OutboundMail, Ticket


@pytest.fixture
def loaded(db: None, settings: Any) -> None:
    settings.DEBUG = True
    loading.load(count=20)


@pytest.fixture
def without_tickets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that breaks half-way."""

    def breaks(self: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(loading.Narrator, "tell", breaks)


def test_everybody_can_sign_in(loaded: None) -> None:
    for login in LOGINS:
        if login.password:
            user = User.objects.get(email=login.email)
            assert (user.check_password(login.password), access.administers_all(user)) == (
                True,
                "admin" in login.what,
            )
        else:
            assert identification.find(login.email) is not None


def test_tickets_tell_of_the_past(loaded: None) -> None:
    now = timezone.now()
    assert Ticket.objects.count() == 20
    for ticket in Ticket.objects.all():
        moments = [message.created_at for message in ticket.messages.all()]
        assert moments[-1] <= now
        assert ticket.created_at == moments[0]
        assert ticket.last_message_at in moments
        entries = [entry.history_date for entry in ticket.history.order_by("history_date")]
        assert entries[0] == ticket.created_at
        assert entries[-1] <= now
    numbers = [number for number, _ in Ticket.objects.order_by("created_at").values_list("number", "id")]
    assert numbers == sorted(numbers)


def test_history_says_who_acted(loaded: None) -> None:
    assigned = Ticket.objects.filter(assignee__isnull=False).first()
    staff = {user.pk for user in User.objects.all()}
    actors = [entry.actor_id for entry in assigned.history.order_by("history_date")]
    assert actors[0] == assigned.requester_id
    assert staff & set(actors)


def test_nothing_is_really_sent(loaded: None, django_capture_on_commit_callbacks: Any) -> None:
    assert set(OutboundMail.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    sent = OutboundMail.objects.filter(message__isnull=False).select_related("message").first()
    assert sent.sent_at == sent.message.sent_at


def test_departments_have_mailboxes_on_the_demo_mail_server(loaded: None, settings: Any) -> None:
    assert [department.slug for department in Department.objects.all()] == [
        "service",
        "technical",
        "billing",
        "privacy",
    ]
    assert {(box.imap_port, box.smtp_port) for box in Mailbox.objects.all()} == {
        (settings.DEMO_IMAP_PORT, settings.DEMO_SMTP_PORT)
    }
    settings.DEMO_IMAP_PORT = 40143
    assert setting_up.follow_ports() == 5
    assert {box.imap_port for box in Mailbox.objects.all()} == {40143}
    assert setting_up.follow_ports() == 0


def test_the_second_time_changes_nothing(loaded: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = Message.objects.count()
    call_command("demo")
    told = capsys.readouterr().out
    assert Message.objects.count() == before
    assert "is there already" in told
    assert all(login.email in told for login in LOGINS)


def test_it_needs_debug(db: None, settings: Any) -> None:
    settings.DEBUG = False
    for options in ({}, {"reset": True}):
        with pytest.raises(CommandError, match="needs DEBUG"):
            call_command("demo", **options)
    assert not User.objects.exists()


@pytest.mark.usefixtures("without_tickets")
def test_a_demo_that_breaks_leaves_nothing(db: None) -> None:
    with pytest.raises(RuntimeError, match="power cut"):
        loading.load(count=3)
    assert (User.everything.count(), Contact.everything.count(), Department.everything.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_reset_begins_anew(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEBUG = True
    call_command("demo", tickets=3)
    first = Ticket.objects.order_by("created_at").first()
    call_command("demo", tickets=3, reset=True)
    assert Ticket.objects.count() == 3
    assert not Ticket.objects.filter(pk=first.pk).exists()
    assert "Everything is deleted" in capsys.readouterr().out


def test_threads_are_of_every_kind(loaded: None) -> None:
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {"customer", "agent", "note"}
    assert Attachment.objects.exists()
    assert {Status.CLOSED} < set(Ticket.objects.values_list("status", flat=True))
