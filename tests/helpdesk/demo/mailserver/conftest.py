"""A running demo mail server, and clients for it."""

import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imap_tools import BaseMailBox, MailBoxUnencrypted

from helpdesk.demo.mailserver import PASSWORD, DemoMailServer

SUPPORT = "support@moorbach.example"
ANNA = "anna@post.example"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoMailServer]:
    """SMTP, IMAP and the web view on free ports."""
    with DemoMailServer(tmp_path / "mail", web_port=0) as running:
        yield running


@pytest.fixture
def send(server: DemoMailServer) -> Callable[..., None]:
    """Sends a mail over SMTP."""

    def send(raw: bytes, to: str | list[str] = SUPPORT, *, sender: str = ANNA) -> None:
        with smtplib.SMTP(server.host, server.smtp_port) as client:
            client.sendmail(sender, to, raw)

    return send


@pytest.fixture
def inbox(server: DemoMailServer) -> Iterator[BaseMailBox]:
    """The helpdesk's mailbox, signed in over IMAP."""
    with MailBoxUnencrypted(server.host, server.imap_port).login(SUPPORT, PASSWORD) as box:
        yield box
