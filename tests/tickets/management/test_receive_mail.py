"""``manage.py receive_mail``: a folder goes through in one process, in bounded memory."""

import io
import os
import tracemalloc
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command

from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
MAILS, SIZE = 24, 1024 * 1024


def letter(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Carla <c{number}@customer.example>", "support@helpdesk.example"
    mail["Subject"], mail["Message-ID"] = f"Question {number}", f"<{number}@customer.example>"
    mail.set_content("It squeaks.")
    mail.add_attachment(os.urandom(SIZE), maintype="application", subtype="pdf", filename="photo.pdf")
    return mail.as_bytes()


def test_a_folder_takes_no_more_memory_than_a_few_of_its_mails(tmp_path: Path, department: object) -> None:
    for number in range(MAILS):
        (tmp_path / f"{number:02}.eml").write_bytes(letter(number))
    said = io.StringIO()
    tracemalloc.start()
    call_command("receive_mail", str(tmp_path), stdout=said)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert said.getvalue().splitlines()[-1] == f"{MAILS} opened"
    assert Ticket.objects.count() == Attachment.objects.count() == MAILS
    assert peak < 14 * SIZE  # 33 MB went through
