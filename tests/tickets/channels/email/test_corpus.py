"""Broken, hostile and ordinary mails from tests/mails, taken in together: what becomes of each.

After a change that is meant, run with ``WRITE_EXPECTED=1`` and read the difference.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from tests.tickets.channels.email.expecting import MAILS, short, table
from tickets.models import InboundMail, Mailbox, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def take_in(*options: str) -> list[dict[str, Any]]:
    """What the command says about each mail."""
    said = io.StringIO()
    call_command("receive_mail", str(MAILS), "--json", *options, stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def contents() -> dict[str, Any]:
    """What every table holds and how far every sequence is, in both databases, history and keys included."""
    found = {}
    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                cursor.execute(
                    f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table}\" t"
                )
                found[f"{alias} {table}"] = cursor.fetchone()
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
            found[f"{alias} sequences"] = sorted(cursor.fetchall())
    return found


def files(media: Path) -> set[Path]:
    return set(media.rglob("*"))


def test_every_mail_becomes_what_it_should(mailbox: Mailbox) -> None:
    found = {each["file"].removesuffix(".eml"): short(each) for each in take_in("--dry-run")}
    expected = table(found)
    assert found.keys() == expected.keys()
    wrong = {name: (found[name], expected[name]) for name in expected if found[name] != expected[name]}
    assert wrong == {}


def test_a_rehearsal_writes_nothing_at_all(mailbox: Mailbox, media: Path) -> None:
    before = contents()
    assert {
        "default contacts_historicalcontact",
        "default tickets_inboundmail",
        "vault vault_subjectkey",
    } < set(before)
    take_in("--dry-run")
    assert contents() == before
    assert files(media) == set()


def test_a_rehearsal_over_what_is_there_writes_nothing_either(mailbox: Mailbox, media: Path) -> None:
    take_in()
    before = contents(), files(media)
    assert before[0]["default tickets_ticket"][0] > 50
    take_in("--dry-run")
    assert (contents(), files(media)) == before


def test_what_happens_is_what_the_rehearsal_said_and_happens_once(mailbox: Mailbox) -> None:
    said = [(each["file"], each["action"], each["reason"]) for each in take_in("--dry-run")]
    done = take_in()
    assert [(each["file"], each["action"], each["reason"]) for each in done] == said
    opened = {each["ticket"] for each in done if each["action"] == "opened"}
    assert set(Ticket.objects.values_list("number", flat=True)) == opened
    assert InboundMail.objects.count() == len(done)

    before = contents()
    assert {each["reason"] for each in take_in()} == {"duplicate"}
    assert contents() == before
