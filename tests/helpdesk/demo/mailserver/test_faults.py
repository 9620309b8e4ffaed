"""Faults on demand, and the server going away and coming back."""

import imaplib
import smtplib
import time
from pathlib import Path

import pytest

from helpdesk.demo.mailserver import PASSWORD, DemoMailServer
from tests.helpdesk.demo.mailserver.conftest import ANNA, SUPPORT

MAIL = b"Subject: x\r\n\r\nx\r\n"


def attempt(server: DemoMailServer) -> int:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=5) as client:
        try:
            client.sendmail(ANNA, [SUPPORT], MAIL)
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients[SUPPORT][0]
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
    return 250


@pytest.mark.parametrize("point", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("code", [451, 550])
def test_a_refusal_is_answered_once_and_nothing_is_stored(
    server: DemoMailServer, point: str, code: int
) -> None:
    server.faults.refuse(point, f"{code} 4.0.0 No")
    assert (attempt(server), len(server.mails(SUPPORT))) == (code, 0)
    assert (attempt(server), len(server.mails(SUPPORT))) == (250, 1)


def test_a_refusal_can_last(server: DemoMailServer) -> None:
    server.faults.refuse("data", "452 4.3.1 Full", times=None)
    assert [attempt(server) for _ in range(3)] == [452] * 3
    server.faults.clear()
    assert attempt(server) == 250


def test_the_connection_drops_after_the_mail_was_taken(server: DemoMailServer) -> None:
    server.faults.drop_after_data()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        attempt(server)
    assert len(server.mails(SUPPORT)) == 1


def test_the_connection_drops_before(server: DemoMailServer) -> None:
    server.faults.drop("data")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        attempt(server)
    assert len(server.mails(SUPPORT)) == 0


def test_an_answer_takes_long(server: DemoMailServer) -> None:
    server.faults.delay("rcpt", 0.3)
    begun = time.monotonic()
    assert attempt(server) == 250
    assert time.monotonic() - begun >= 0.3


def test_imap_refuses_and_drops(server: DemoMailServer) -> None:
    server.deliver(MAIL, SUPPORT)
    client = imaplib.IMAP4(server.host, server.imap_port)
    client.login(SUPPORT, PASSWORD)
    client.select()
    server.faults.refuse("search", "[UNAVAILABLE] Later")
    assert client.uid("SEARCH", "ALL")[0] == "NO"
    server.faults.drop("store-done")
    with pytest.raises((imaplib.IMAP4.abort, ConnectionError)):
        client.uid("STORE", "1", "+FLAGS", "(\\Seen)")
    assert server.mails(SUPPORT)[0].is_seen


def test_imap_hangs_up_at_once(server: DemoMailServer) -> None:
    server.faults.drop("connect")
    with pytest.raises((imaplib.IMAP4.abort, ConnectionError)):
        imaplib.IMAP4(server.host, server.imap_port)


def test_the_server_comes_back_on_its_ports_with_its_mail(tmp_path: Path) -> None:
    with DemoMailServer(tmp_path / "mail") as server:
        attempt(server)
        ports = server.smtp_port, server.imap_port
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            attempt(server)
        server.start()
        assert (server.smtp_port, server.imap_port) == ports
        assert (attempt(server), len(server.mails(SUPPORT))) == (250, 2)


def test_a_taken_port_is_an_error(server: DemoMailServer, tmp_path: Path) -> None:
    other = DemoMailServer(tmp_path / "other", smtp_port=server.smtp_port)
    with pytest.raises(OSError, match="in use"):
        other.start()
    other.close()
