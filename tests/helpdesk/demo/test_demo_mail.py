"""manage.py demo_mail: serves until told to stop, and says clearly when it can't."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted

from helpdesk.demo.company import addressed
from helpdesk.demo.mailserver import PASSWORD, DemoMailServer

ROOT = Path(__file__).parents[3]


def start(data: Path, *options: str) -> subprocess.Popen[str]:
    ports = ("--smtp-port", "0", "--imap-port", "0", "--web-port", "0")
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo_mail", *ports, "--data", str(data), *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(tmp_path / "mail")
    yield process
    process.kill()
    process.communicate()


def test_it_serves_its_first_mails_and_stops_when_told(
    running: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert running.stdout is not None
    port = int(re.findall(r":(\d+)", running.stdout.readline())[1])
    with MailBoxUnencrypted("127.0.0.1", port).login(addressed("technik"), PASSWORD) as box:
        mail = next(iter(box.fetch("UNSEEN", mark_seen=False)))
    assert (mail.subject, [file.filename for file in mail.attachments]) == (
        "Lina macht ein Geräusch wie ein Staubsauger",
        ["IMG_2041.png"],
    )
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=10) == 0


def test_a_folder_in_use_is_told(tmp_path: Path) -> None:
    with DemoMailServer(tmp_path / "mail"):
        _, said = start(tmp_path / "mail").communicate(timeout=60)
    assert "Another demo mail server uses" in said


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with DemoMailServer(tmp_path / "one") as server:
        _, said = start(tmp_path / "two", "--smtp-port", str(server.smtp_port)).communicate(timeout=60)
    assert "The demo mail server can't listen" in said
