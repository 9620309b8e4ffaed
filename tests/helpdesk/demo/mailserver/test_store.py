"""Mailboxes on disk: numbers that stay, files that are whole, one server at a time."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.demo.mailserver.maildir import RESERVED, Folder
from helpdesk.demo.mailserver.store import MailStore, StoreInUse, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Anna@Post.example", "anna@post.example"),
        ("support+abc+d@x.example", "support@x.example"),
        ("Anna <anna@post.example>", "anna@post.example"),
    ],
)
def test_one_mailbox_has_many_spellings(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


@pytest.mark.parametrize(
    "address", ["../../etc@x", "a/b@x.example", "..@x.example", "x" * 300 + "@x.example"]
)
def test_no_address_leaves_the_folder(tmp_path: Path, address: str) -> None:
    store = MailStore(tmp_path)
    with contextlib.suppress(ValueError):
        store.deliver(b"x", address)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "mailboxes" not in path.parts] == [
        tmp_path / "lock"
    ]
    store.close()


def test_flags_and_numbers_survive_a_restart(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "INBOX")
    first, second = folder.add(b"1"), folder.add(b"2", flags=frozenset("S"))
    folder.flag(first, frozenset("RS"))
    again = Folder(tmp_path / "INBOX")
    assert [(mail.uid, mail.flags, mail.raw) for mail in again.mails()] == [
        (first.uid, frozenset("RS"), b"1"),
        (second.uid, frozenset("S"), b"2"),
    ]
    assert again.uidvalidity == folder.uidvalidity


def test_no_number_is_used_twice_even_if_its_mail_is_gone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "INBOX")
    used = []
    for _ in range(3):
        for _ in range(RESERVED // 2 + 10):
            mail = folder.add(b"x")
            used.append(mail.uid)
            folder.delete(mail)
        folder = Folder(tmp_path / "INBOX")
    assert len(set(used)) == len(used)


def test_a_mail_read_while_its_flags_change_is_found(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "INBOX")
    mail = folder.add(b"x")
    folder.flag(mail, frozenset("S"))
    assert mail.raw == b"x"


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    first = MailStore(tmp_path)
    with pytest.raises(StoreInUse):
        MailStore(tmp_path)
    first.close()
    MailStore(tmp_path).close()


def test_a_killed_server_leaves_only_whole_mails(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from helpdesk.demo.mailserver.store import MailStore\n"
        "store = MailStore(Path(sys.argv[1]))\n"
        "while True:\n"
        "    print(store.deliver(b'Subject: x\\n\\n' + b'y' * 99999, 'anna@post.example').uid, flush=True)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    told = [int(running.stdout.readline()) for _ in range(20)]
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    store = MailStore(tmp_path)
    mails = store.inbox("anna@post.example").mails()
    assert {mail.size for mail in mails} == {mails[0].size}
    assert set(told) <= {mail.uid for mail in mails}
    assert store.deliver(b"x", "anna@post.example").uid > max(mail.uid for mail in mails)
    store.close()
