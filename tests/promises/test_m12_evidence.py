"""M12: software can't be certified; it shows how each control stands, and packs that for an auditor."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from contacts.models import Contact
from helpdesk.celery import app
from privacy import tasks
from privacy.access import rights
from privacy.audit import sealing
from privacy.compliance import State, controls
from privacy.models import AuditEvent, User
from tests import factories
from tests.privacy.test_removal import opened
from tickets.models import Department

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def states(page: str) -> dict[str, str]:
    """What the page says of each control."""
    found = re.findall(r'id="control-(\w+)".*?<span class="badge [a-z]+">([^<]+)</span>', page, re.DOTALL)
    return dict(found)


def test_the_page_follows_what_happens(client: Client, agent: User, customer: Contact) -> None:
    agent.profile = factories.ProfileFactory(rights=sorted(rights.all_codes()))
    agent.save()
    client.force_login(agent)

    def shown() -> dict[str, str]:
        return states(client.get("/desk/audit/compliance/").content.decode())

    before = shown()
    assert before.keys() == {control.key for control in controls()}
    assert (before["purge"], before["audit_verified"]) == (State.OPEN.label, State.OPEN.label)
    tasks.purge.run()
    sealing.seal_all()
    tasks.verify_audit.run()
    after = shown()
    assert (after["purge"], after["audit_verified"]) == (State.WELL.label, State.WELL.label)


def test_the_timetable_verifies_the_audit(db: None) -> None:
    assert "privacy.tasks.verify_audit" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_an_auditor_gets_a_folder_that_checks_itself(
    tmp_path: Path, customer: Contact, agent: User, department: Department
) -> None:
    opened(customer, agent)
    folder = tmp_path / "evidence"
    call_command("evidence", str(folder), language="de")
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0
    assert checked.stdout.count(b": OK") == len(list(folder.iterdir())) - 1
    data = json.loads((folder / "controls.json").read_text())
    assert [each["key"] for each in data["controls"]] == [control.key for control in controls()]
    assert {each["state"] for each in data["controls"]} <= set(State.values)
    page = (folder / "controls.html").read_text()
    assert "<h1>Maßnahmen" in page
    everything = b"".join(path.read_bytes() for path in folder.iterdir()).decode()
    people = (customer.full_name, agent.full_name, agent.email, "Which size?", str(customer.pk))
    assert [word for word in people if word in everything] == []
    assert AuditEvent.objects.exists()
    with pytest.raises(CommandError, match="isn’t empty"):
        call_command("evidence", str(folder))
