"""Mail for tests: a mailbox on a real server on loopback, and mails as customers write them."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from helpdesk.demo.mailserver.server import DemoMailServer
from tickets.enums import Security
from tickets.models import Department, Mailbox

ADDRESS = "support@helpdesk.example"


@pytest.fixture
def post_office(tmp_path: Path) -> Iterator[DemoMailServer]:
    """A mail server for everybody, with faults on demand."""
    server = DemoMailServer(tmp_path / "post").start()
    yield server
    server.stop()


@pytest.fixture
def mailbox(department: Department, post_office: DemoMailServer) -> Mailbox:
    """The department's mailbox on that server."""
    made = Mailbox(
        department=department,
        name="Support",
        address=ADDRESS,
        imap_host="127.0.0.1",
        imap_port=post_office.imap_port,
        imap_security=Security.PLAIN,
        imap_username=ADDRESS,
        smtp_host="127.0.0.1",
        smtp_port=post_office.smtp_port,
        smtp_security=Security.PLAIN,
        password="demo",
    )
    made.save()
    return made


def letter(
    text: str = "My machine is broken.", *, sender: str = "Carla <carla@customer.example>", **headers: str
) -> bytes:
    """A mail to the mailbox; headers by name with underscores (``In_Reply_To=…``)."""
    mail = EmailMessage()
    wanted = {
        "From": sender,
        "To": ADDRESS,
        "Subject": "Help",
        "Message-ID": f"<{uuid4().hex}@customer.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in wanted.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()
