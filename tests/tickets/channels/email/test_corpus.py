"""Broken, hostile and ordinary mails from tests/mails, taken in together: what becomes of each.

After a change that is meant, run with ``WRITE_EXPECTED=1`` and read the difference.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.tickets.channels.email.expecting import MAILS, short, table
from tickets.models import InboundMail, Mailbox, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def take_in(*options: str) -> list[dict[str, Any]]:
    """What the command says about each mail."""
    said = io.StringIO()
    call_command("receive_mail", str(MAILS), "--json", *options, stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def rows() -> dict[type[models.Model], int]:
    """How many rows each table has, the vault's too."""
    tables = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return {model: model._default_manager.count() for model in tables}


def test_every_mail_becomes_what_it_should(mailbox: Mailbox) -> None:
    found = {each["file"].removesuffix(".eml"): short(each) for each in take_in("--dry-run")}
    expected = table(found)
    assert found.keys() == expected.keys()
    wrong = {name: (found[name], expected[name]) for name in expected if found[name] != expected[name]}
    assert wrong == {}


def test_a_rehearsal_writes_nothing_at_all(mailbox: Mailbox, media: Path) -> None:
    before = rows()
    take_in("--dry-run")
    assert rows() == before
    assert not media.exists() or not any(media.rglob("*"))


def test_what_happens_is_what_the_rehearsal_said_and_happens_once(mailbox: Mailbox) -> None:
    said = [(each["file"], each["action"], each["reason"]) for each in take_in("--dry-run")]
    done = take_in()
    assert [(each["file"], each["action"], each["reason"]) for each in done] == said
    opened = {each["ticket"] for each in done if each["action"] == "opened"}
    assert set(Ticket.objects.values_list("number", flat=True)) == opened
    assert InboundMail.objects.count() == len(done)

    before = rows()
    assert {each["reason"] for each in take_in()} == {"duplicate"}
    assert rows() == before
