"""M8, M3: a word written through every door lies nowhere readable; once its people are erased it can't be read again,
not even from the backup made before, under today's vault."""

import io
import logging
import secrets
import string
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone

from contacts.models import Contact, Identity
from helpdesk.backups import making
from helpdesk.logs import RedactingFormatter
from privacy import binning, custom, erasure, purging, tasks
from privacy.export import jobs, package
from privacy.models import Format, RetentionRule, User
from tests.forensics import places
from tests.forensics.places import Scene
from tests.forensics.scanner import Scanner
from tests.helpdesk.test_backups import empty_database
from tests.privacy.custom.fields import make_field
from tickets.channels.email import inbound
from tickets.forms.once import new_key
from tickets.models import Department, Draft, Message, Ticket
from tickets.tasks import send_due

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])

__all__ = ["empty_database"]

RAW = """From: {w}sender <{w}sender@{w}.example>
To: support@helpdesk.example
Cc: {w}copy <{w}copy@{w}.example>
Subject: =?utf-8?q?{w}subject_f=C3=BCr?=
Message-ID: <{w}id@{w}.example>
X-Odd: {w}header
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<p>{w}body</p><blockquote>{w}quote</blockquote>
--x
Content-Type: application/octet-stream; name="{w}name.pdf"
Content-Disposition: attachment; filename="{w}name.pdf"

{w}content
--x--
"""

READ_ALL = """
from helpdesk.backups import programs
from privacy import registry
from privacy.vault.fields import SealedField
from privacy.vault.files import FileErasedError, open_stream
programs.restore("default", open_stream(open({dump!r}, "rb"), b"backup of the data"))
values = 0
for model, field in registry.sealed_columns():
    for row in model._base_manager.all():
        values += 1
        if isinstance(field, SealedField):
            print(repr(getattr(row, field.name)))
        elif getattr(row, field.attname):
            try:
                print(getattr(row, field.name).read_plain())
            except (FileErasedError, FileNotFoundError, AttributeError):
                print("no file")
print("read", values)
"""


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What the logs hold, written as in production."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter())
    logging.getLogger().addHandler(handler)
    yield written.getvalue
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def word() -> str:
    """A word that has never been written anywhere."""
    return "zq" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(10))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def through_every_door(word: str, agent: User, admin: User) -> None:
    """Forms, mails, the desk, sign-ins, pages that fail, and exports."""
    _by_form(word)
    assert inbound.receive(RAW.format(w=word).replace("\n", "\r\n").encode()).action == "opened"
    inbound.receive(
        f"From: {word}broken@{word}.example\r\nSubject: {word}\r\n\r\n".encode() + b"\xff\xfe" * 50
    )
    _at_the_desk(word, agent)
    _at_the_front_door(word)
    _taken_out(word, admin)


def _by_form(word: str) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        key = new_key()
    form = {"name": f"{word}name", "email": f"{word}@{word}.example", "subject": f"{word}ß", "body": word}
    form |= {"website": "", "key": key}
    assert Client().post("/portal/ask/", form | {"email": f"{word}wrong", "key": "x"}).status_code == 200
    file = SimpleUploadedFile(f"{word}.txt", f"{word} ".encode() * 20_000, "text/plain")
    assert Client().post("/portal/ask/", form | {"attachments": file}).status_code == 302


def _at_the_desk(word: str, agent: User) -> None:
    desk = Client(raise_request_exception=False)
    desk.force_login(agent)
    make_field("contract")
    for ticket in Ticket.objects.all():
        at = f"/desk/tickets/{ticket.number}/"
        custom.set_values(ticket, {"contract": f"{word}contract"}, by=None)
        desk.post(
            f"{at}replies/", {"body": f"{word}reply", "cc": f"{word}copy@{word}.example", "then_status": ""}
        )
        desk.post(f"{at}replies/", {"body": "", "cc": f"{word}wrong"})
        desk.post(f"{at}notes/", {"body": f"{word}note", "files": SimpleUploadedFile(word, word.encode())})
        desk.post(f"{at}drafts/", {"kind": "agent", "body": f"{word}draft", "cc": f"{word}@{word}.example"})
        desk.post(f"{at}subject/", {"subject": f"{word}retitled"})
        desk.get(at)
        desk.get(f"{at}history/")
    desk.post("/desk/search/", {"words": word})
    desk.post("/desk/search/", {"words": f"{word}@{word}.example"})
    desk.get(f"/desk/{word}/")
    desk.get("/desk/queues/open/", {"page": word})
    assert {draft.body for draft in Draft.objects.all()} == {f"{word}draft"}
    assert f"{word}note" in {message.body_text for message in Message.objects.all()}


def _at_the_front_door(word: str) -> None:
    for _ in range(3):
        Client().post("/sign-in/", {"username": f"{word}@{word}.example", "password": f"{word}password"})
    Client().post("/password/forgotten/", {"email": f"{word}@{word}.example"})
    Client().post("/portal/sign-in/", {"email": f"{word}@{word}.example"})
    with override_settings(ROOT_URLCONF="tests.privacy.failing_urls"):
        failed = Client(raise_request_exception=False).post("/fails/", {"email": f"{word}@{word}.example"})
    assert failed.status_code == 500


def _taken_out(word: str, admin: User) -> None:
    """Every module as a file, in each format, and one person's package: the word is in them, for who asked."""
    found = set()
    for form in Format:
        for label in ("tickets.ticket", "tickets.message", "contacts.contact", "contacts.identity"):
            job = jobs.ask(label, form, by=admin)
            jobs.make(job.pk)
            job.refresh_from_db()
            found.add(word in job.content.read_plain().decode("utf-8-sig"))
    person = Identity.objects.get(value=f"{word}@{word}.example").contact
    made = package.ask(person, by=admin)
    package.make(made.pk)
    made.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(made.content.read_plain())) as archive:
        found.add(word in archive.read("data.json").decode())
    assert found == {True}


def _all_are_gone() -> None:
    """Everybody is erased; what is left of tickets and mails is deleted, and purged when its time is over."""
    for person in Contact.objects.all():
        erasure.settle(person, by=None)
        erasure.carry_on(erasure.begin(person, by=None, tells=False).pk)
    for ticket in Ticket.objects.all():
        binning.bin(ticket, by=None)
    RetentionRule(term="mails.held", days=30).save()
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        purging.purge()
        tasks.sweep_keys.run()
        tasks.forget_exports.run()


def test_no_word_is_left_anywhere(
    word: str,
    agent: User,
    admin: User,
    department: Department,
    media: Path,
    temporary: Path,
    tmp_path: Path,
    log: Callable[[], str],
    manage: Callable[..., Any],
    empty_database: str,
) -> None:
    scanner, since = Scanner((word,)), places.wal_position()
    through_every_door(word, agent, admin)
    send_due.run()
    data, _keys = making.make(tmp_path / "backups", tmp_path / "keys")

    def readable() -> set[str]:
        scene = Scene(since, (media, temporary, tmp_path / "backups", tmp_path / "keys"), log())
        return {place for place, content in places.everything(scene) if scanner.hits(content)}

    assert readable() == set()
    assert word in " ".join(
        message.body_text for message in Message.objects.all()
    )  # but whoever may, reads it
    _all_are_gone()
    assert readable() == set()
    code = READ_ALL.format(dump=str(data / "data.sealed"))
    done = manage("shell", "--no-imports", "-c", code, DATABASE_URL=empty_database)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.rpartition("read ")[2]) > 50
    assert scanner.hits(done.stdout.encode()) == set()
    assert scanner.hits(done.stderr.encode()) == set()
