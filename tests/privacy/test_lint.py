"""``privacy_lint`` looks into the running database and finds what must not lie there, history included."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contacts.models import Contact
from privacy import lint, registry
from tests import factories
from tests.privacy.vault.test_files import attached

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def rows(customer: Contact) -> None:
    message = factories.MessageFactory(ticket__requester=customer, message_id="<a@b.example>")
    attached(message, b"content")


def run() -> tuple[str, str]:
    said, complained = io.StringIO(), io.StringIO()
    try:
        call_command("privacy_lint", stdout=said, stderr=complained)
    except CommandError as error:
        return complained.getvalue(), str(error)
    return said.getvalue(), ""


def plant(table: str, column: str, value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])


def test_a_clean_database_passes_and_says_what_was_looked_at(rows: None) -> None:
    said, error = run()
    assert error == ""
    assert said == f"{lint.columns_checked()} columns checked: all of them hold ciphertext only.\n"
    assert lint.columns_checked() == len(list(registry.sealed_columns())) > 40


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("contacts_contact", "full_name"),
        ("contacts_historicalcontact", "full_name"),
        ("contacts_identity", "value"),
        ("tickets_ticket", "subject"),
        ("tickets_historicalmessage", "body_text"),
        ("privacy_historicaluser", "email"),
    ],
)
@pytest.mark.parametrize("value", [b"Anna Beispiel", b"", b"\xc5\x01 too short", b"\xc5\x02" + bytes(60)])
def test_planted_plaintext_is_found(rows: None, admin: object, table: str, column: str, value: bytes) -> None:
    plant(table, column, value)
    said, error = run()
    assert error == "1 columns hold what they must not hold."
    assert said == f"{table}.{column}: 1 × not ciphertext\n"
    assert "Anna" not in said + error


def test_an_unsealed_file_is_found(rows: None, media: Path) -> None:
    (stored,) = [path for path in media.rglob("*") if path.is_file()]
    stored.write_bytes(b"%PDF-1.4 in clear")
    said, error = run()
    assert "tickets_attachment.content: 1 × files that are not sealed" in said
    assert error


def test_several_findings_are_all_told(rows: None) -> None:
    plant("contacts_contact", "full_name", b"x")
    plant("contacts_historicalcontact", "full_name", b"x")
    assert [(each.table, each.rows) for each in lint.findings()] == [
        ("contacts_contact", 1),
        ("contacts_historicalcontact", 1),
    ]
