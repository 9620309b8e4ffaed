"""Mailboxes in the administration: passwords only go in; the buttons try real servers and say what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.demo.mailserver import PASSWORD, DemoMailServer
from privacy.models import User
from privacy.models.user import MANAGE_AGENTS
from tests import factories
from tickets.models import Mailbox


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoMailServer]:
    with DemoMailServer(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def mailbox(db: None, server: DemoMailServer, settings: Any) -> Mailbox:
    settings.MAIL_ALLOW_PRIVATE_HOSTS = True
    made = Mailbox(
        department=factories.DepartmentFactory(), name="Support", address="support@moorbach.example",
        imap_host="127.0.0.1", imap_port=server.imap_port, imap_security="plain", password=PASSWORD,
        imap_username="support@moorbach.example",
        smtp_host="127.0.0.1", smtp_port=server.smtp_port, smtp_security="plain",
    )  # fmt: skip
    made.save()
    return made


def form(mailbox: Mailbox, **values: str) -> dict[str, str]:
    imap = ("imap_host", "imap_port", "imap_security", "imap_username", "folder", "after_import")
    names = ("name", "address", "auth", "smtp_host", "smtp_port", "smtp_security", "smtp_username", *imap)
    made = {name: str(getattr(mailbox, name)) for name in names}
    return {**made, "department": str(mailbox.department_id), "is_active": "on", **values}


def change(mailbox: Mailbox) -> str:
    return reverse("admin:tickets_mailbox_change", args=[mailbox.pk])


def trial(office: Client, mailbox: Mailbox, way: str) -> str:
    answer = office.post(reverse("admin:tickets_mailbox_trial", args=[mailbox.pk, way]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_password_is_never_shown(office: Client, mailbox: Mailbox) -> None:
    mailbox.password, mailbox.oauth_refresh_token = "needle-one", "needle-two"
    mailbox.save()
    page = office.get(change(mailbox)).content.decode()
    assert "needle" not in page
    assert "One is stored. Leave this empty to keep it." in page
    answer = office.post(change(mailbox), form(mailbox, password="needle-three", name=""))
    assert "needle" not in answer.content.decode()


def test_an_empty_password_keeps_the_old_one_and_another_replaces_it(
    office: Client, mailbox: Mailbox
) -> None:
    assert office.post(change(mailbox), form(mailbox, name="Renamed", password="")).status_code == 302
    mailbox = Mailbox.objects.get()
    assert (mailbox.name, mailbox.password) == ("Renamed", PASSWORD)
    assert office.post(change(mailbox), form(mailbox, password=" with spaces ")).status_code == 302
    assert Mailbox.objects.get().password == " with spaces "


def test_what_belongs_together_is_asked_for(office: Client, mailbox: Mailbox) -> None:
    page = office.post(change(mailbox), form(mailbox, after_import="move", auth="oauth2")).content.decode()
    assert "Enter the folder that mails are moved to." in page
    assert page.count("OAuth2 needs this.") == 3


def test_receiving_works(office: Client, server: DemoMailServer, mailbox: Mailbox) -> None:
    for _ in range(3):
        server.deliver(b"Subject: x\n\n", mailbox.address)
    assert "3 unread mails wait there." in trial(office, mailbox, "imap")
    assert not any(mail.is_seen for mail in server.mails(mailbox.address))


def test_sending_works_and_sends_nothing(office: Client, server: DemoMailServer, mailbox: Mailbox) -> None:
    assert "The server lets us send from support@moorbach.example." in trial(office, mailbox, "smtp")
    assert server.mails(mailbox.address) == []


@pytest.mark.parametrize(
    ("way", "change", "sentence"),
    [
        ("imap", {"password": "wrong"}, "refused user name or password"),
        ("imap", {"folder": "Nowhere"}, "The folder doesn&#x27;t exist"),
        ("imap", {"imap_port": 9}, "doesn&#x27;t answer on this port"),
        ("imap", {"imap_security": "ssl"}, "doesn&#x27;t speak TLS"),
        ("imap", {"imap_host": ""}, "No server is set"),
        ("smtp", {"password": "wrong"}, "refused user name or password"),
        ("smtp", {"smtp_port": 9}, "doesn&#x27;t answer on this port"),
    ],
)
def test_a_failure_says_what_to_do(
    office: Client, mailbox: Mailbox, way: str, change: dict[str, Any], sentence: str
) -> None:
    for name, value in change.items():
        setattr(mailbox, name, value)
    mailbox.save()
    assert sentence in trial(office, mailbox, way)


def test_what_the_server_said_is_shown_and_not_kept(
    office: Client, server: DemoMailServer, mailbox: Mailbox
) -> None:
    server.faults.refuse("mail", "550 5.7.1 needle@moorbach.example may not send")
    assert "550 5.7.1 needle@moorbach.example may not send" in trial(office, mailbox, "smtp")
    assert "needle" not in str(dict(office.session)) + str(office.cookies)


def test_a_trial_is_a_post_by_whoever_may_change_mailboxes(
    office: Client, client: Client, mailbox: Mailbox
) -> None:
    address = reverse("admin:tickets_mailbox_trial", args=[mailbox.pk, "imap"])
    assert office.get(address).status_code == 405
    clerk = factories.UserFactory(profile=factories.ProfileFactory(rights=[MANAGE_AGENTS]))
    client.force_login(clerk)
    assert client.post(address).status_code == 404
