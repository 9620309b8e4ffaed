"""Mailboxes that sign in with OAuth2: fetching and sending over real servers, with tokens that end."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest

from helpdesk.demo.mailserver import ACCESS_TOKEN
from helpdesk.demo.mailserver.server import DemoMailServer
from helpdesk.demo.mailserver.signin import REFRESH_TOKEN
from tests.tickets.channels.post import ADDRESS, letter
from tickets.channels.email import connection, mailbox, outbound
from tickets.channels.email.problems import MailProblem, Problem
from tickets.enums import DeliveryState, MailAuth
from tickets.models import Mailbox, MailboxState, Message, OutboundMail

CARLA = "carla@customer.example"


@pytest.fixture
def post_office(tmp_path: Path) -> Iterator[DemoMailServer]:
    """A mail server that takes nothing from whom it doesn't know, and gives out tokens."""
    server = DemoMailServer(tmp_path / "post", web_port=0, needs_auth=True).start()
    yield server
    server.stop()


@pytest.fixture
def box(mailbox: Mailbox, post_office: DemoMailServer) -> Mailbox:
    """A mailbox without a password."""
    mailbox.auth, mailbox.password = MailAuth.OAUTH2, ""
    mailbox.oauth_token_url = f"http://127.0.0.1:{post_office.web_port}/oauth2/token"
    mailbox.oauth_client_id, mailbox.oauth_client_secret = "helpdesk", "hush"
    mailbox.oauth_refresh_token = REFRESH_TOKEN
    mailbox.save()
    return mailbox


class TokenServer(HTTPServer):
    """Gives out these tokens one after the other, and keeps what it was asked."""

    def __init__(self, *tokens: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.tokens, self.asked = list(tokens), list[dict[str, list[str]]]()
        Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Answer(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"access_token": self.server.tokens.pop(0), "expires_in": 1}).encode())

    def log_message(self, *_: object) -> None:
        pass


def told_by(server: TokenServer, box: Mailbox) -> None:
    box.oauth_token_url = f"http://127.0.0.1:{server.server_port}/"
    box.save()


def test_fetching_and_sending_need_no_password(box: Mailbox, post_office: DemoMailServer) -> None:
    post_office.deliver(letter(), ADDRESS)
    assert mailbox.poll(box.pk) == 1
    outbound.send_due()

    assert Message.objects.get().author_contact.primary_email == CARLA
    assert OutboundMail.objects.get().state == DeliveryState.SENT
    assert len(post_office.messages(CARLA)) == 1


def test_the_servers_check_signs_in_as_well(box: Mailbox, post_office: DemoMailServer) -> None:
    post_office.deliver(letter(), ADDRESS)
    assert connection.check_imap(box) == 1
    connection.check_smtp(box)


def test_every_connection_has_a_token_of_its_own_so_that_none_expires_in_use(
    box: Mailbox, post_office: DemoMailServer
) -> None:
    post_office.deliver(letter(), ADDRESS)
    with TokenServer(ACCESS_TOKEN, "expired", ACCESS_TOKEN, "expired", ACCESS_TOKEN) as server:
        told_by(server, box)
        assert mailbox.poll(box.pk) == 1
        post_office.deliver(letter("And another one."), ADDRESS)

        assert mailbox.poll(box.pk) == 0
        assert MailboxState.objects.get().last_error_code == Problem.SIGN_IN
        assert mailbox.poll(box.pk) == 1
        assert MailboxState.objects.get().last_error_code == ""

        mail = OutboundMail.objects.first()
        outbound.send(mail.pk)
        mail.refresh_from_db()
        assert (mail.state, mail.error_code) == (DeliveryState.QUEUED, Problem.SIGN_IN)
        OutboundMail.objects.update(next_attempt_at=mail.created_at)
        outbound.send(mail.pk)
        mail.refresh_from_db()
        assert (mail.state, mail.error_code) == (DeliveryState.SENT, "")

        assert server.tokens == []
        assert all(
            asked
            == {
                "grant_type": ["refresh_token"],
                "refresh_token": [REFRESH_TOKEN],
                "client_id": ["helpdesk"],
                "client_secret": ["hush"],
            }
            for asked in server.asked
        )


@pytest.mark.parametrize("path", ["/oauth2/token", "/nowhere"])
def test_a_refused_refresh_token_is_told_as_such(
    box: Mailbox, post_office: DemoMailServer, path: str
) -> None:
    post_office.deliver(letter(), ADDRESS)
    box.oauth_refresh_token = "withdrawn"
    box.oauth_token_url = f"http://127.0.0.1:{post_office.web_port}{path}"
    box.save()

    assert mailbox.poll(box.pk) == 0
    assert MailboxState.objects.get().last_error_code == Problem.OAUTH
    with pytest.raises(MailProblem) as told:
        connection.check_smtp(box)
    assert told.value.problem == Problem.OAUTH
    assert told.value.detail.startswith("HTTP 4")
    assert "withdrawn" not in str(told.value)


def test_a_token_server_that_is_gone_is_told_as_such(box: Mailbox) -> None:
    with TokenServer() as server:
        told_by(server, box)
    assert mailbox.poll(box.pk) == 0
    assert MailboxState.objects.get().last_error_code == Problem.OAUTH


def test_no_refresh_token_travels_in_clear_to_somebody_else(box: Mailbox) -> None:
    box.oauth_token_url = "http://192.0.2.1/token"
    box.save()
    with pytest.raises(MailProblem, match="oauth"):
        connection.check_imap(box)
