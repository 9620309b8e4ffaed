"""What writes to databases, queues and pages keeps to a few places."""

import ast
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.source import ROOT, modules, tree

#: SQL by hand, outside the kernel: a sequence, two locks, a question whether the database answers, backups.
SQL_BY_HAND = {
    "tickets/numbering.py",
    "tickets/channels/once.py",
    "tickets/channels/polling.py",
    "helpdesk/health.py",
    "helpdesk/backups/manifest.py",
    "helpdesk/backups/programs.py",
}
#: Its text was sanitised when it came in, and is shown in a sandboxed frame with a policy of its own.
SANITISED = ROOT / "templates/tickets/desk/message_frame.html"
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


def calls(attribute: str) -> set[str]:
    """Modules in which something of this name is called."""
    return {
        name
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
    }


def test_sql_by_hand_stays_inside_the_kernel() -> None:
    at_home = ("privacy/", "helpdesk/embedded/")
    assert {name for name in calls("cursor") if not name.startswith(at_home)} == SQL_BY_HAND
    assert [
        name for name in modules() if re.search(r"\.raw\(\s*[\"']|\.extra\(", modules()[name].read_text())
    ] == []


def test_messages_to_the_broker_go_through_tasks_or_the_queue_of_mails() -> None:
    assert calls("send_task") == {"tickets/delivery.py", "privacy/erasure/carrying_out.py"}


def test_values_are_opened_without_their_row_by_few() -> None:
    lists = {"tickets/search.py", "tickets/views/desk/lists.py"}
    rewritten = {"privacy/redaction/rewriting.py"}  # opens what it blacks out, history included
    past = {"privacy/export/earlier.py"}  # tells a person what stood in their fields before
    assert calls("open_value") <= {"privacy/vault/fields.py"} | lists | rewritten | past


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_an_exception_from_the_policy(path: Path) -> None:
    """Strict CSP: no code and no style within a page, nothing from another host."""
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "<style" not in text
    assert not re.search(r"(src|href)\s*=\s*[\"'](https?:)?//", text)
    assert "|safe" not in text or path == SANITISED
