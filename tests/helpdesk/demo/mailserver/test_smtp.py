"""Mail goes in over SMTP."""

import base64
import smtplib
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.demo.mailserver import ACCESS_TOKEN, PASSWORD, DemoMailServer
from tests.helpdesk.demo.mailserver.conftest import ANNA, SUPPORT


def test_a_mail_lands_whole_in_each_recipients_inbox(
    server: DemoMailServer, send: Callable[..., None]
) -> None:
    raw = b"Subject: Leak\r\n\r\n.first\r\nB\xc3\xb6den\r\n"
    send(raw, [SUPPORT, "Support+Token@Moorbach.example", "ben@post.example"])
    assert [mail.raw.partition(b"\r\n")[0] for mail in server.mails(SUPPORT)] == [
        b"Return-Path: <anna@post.example>"
    ] * 2
    assert [
        mail.raw.endswith(raw) for mail in (*server.mails(SUPPORT), *server.mails("ben@post.example"))
    ] == [True] * 3
    assert server.messages(SUPPORT)[1]["Delivered-To"] == "Support+Token@Moorbach.example"


def test_a_bounce_comes_from_nobody(server: DemoMailServer, send: Callable[..., None]) -> None:
    send(b"Subject: Undelivered\r\n\r\n", sender="")
    assert server.messages(SUPPORT)[0]["Return-Path"] == "<>"


def test_long_lines_and_addresses_in_other_scripts_are_taken(server: DemoMailServer) -> None:
    with smtplib.SMTP(server.host, server.smtp_port) as client:
        client.sendmail(ANNA, ["jörg@straße.example"], b"Subject: x\r\n\r\n" + b"y" * 100_000, ["SMTPUTF8"])
    assert len(server.mails("jörg@straße.example")[0].raw) > 100_000


@pytest.mark.parametrize("password", ["wrong", "", ACCESS_TOKEN])
def test_a_wrong_password_is_refused(server: DemoMailServer, password: str) -> None:
    with (
        smtplib.SMTP(server.host, server.smtp_port) as client,
        pytest.raises(smtplib.SMTPAuthenticationError) as error,
    ):
        client.login(SUPPORT, password)
    assert error.value.smtp_code == 535


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
def test_the_password_is_known_by_each_mechanism(server: DemoMailServer, mechanism: str) -> None:
    with smtplib.SMTP(server.host, server.smtp_port) as client:
        client.ehlo()
        client.user, client.password = SUPPORT, PASSWORD
        name = mechanism.removeprefix("auth_").upper()
        assert client.auth(name, getattr(client, mechanism))[0] == 235


def test_an_access_token_signs_in(server: DemoMailServer) -> None:
    answer = f"user={SUPPORT}\x01auth=Bearer {ACCESS_TOKEN}\x01\x01"
    with smtplib.SMTP(server.host, server.smtp_port) as client:
        client.ehlo()
        assert client.docmd("AUTH", "XOAUTH2 " + base64.b64encode(answer.encode()).decode())[0] == 235
    assert server.store.is_desk(SUPPORT)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mail_without_sign_in_is_refused_where_it_is_needed(tmp_path: Path) -> None:
    with DemoMailServer(tmp_path / "mail", needs_auth=True) as server:
        with (
            smtplib.SMTP(server.host, server.smtp_port) as client,
            pytest.raises(smtplib.SMTPResponseException) as error,
        ):
            client.sendmail(ANNA, [SUPPORT], b"x")
        assert error.value.smtp_code == 530
