"""The libraries against known weaknesses: with what pip-audit says, as it was recorded; no request leaves the tests."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from privacy import compliance
from privacy.compliance import Proved, State
from privacy.models import User

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

GOOD = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "jinja2",
    "version": "2.4.1",
    "vulns": [
        {
            "id": "PYSEC-2019-217",
            "fix_versions": ["2.10.1"],
            "aliases": ["CVE-2019-10906"],
            "description": "…",
        },
        {"id": "PYSEC-2014-82", "fix_versions": ["2.7.3"], "aliases": [], "description": "…"},
    ],
}
SAYS = """
import sys
assert "--strict" in sys.argv and sys.argv[-1].endswith("requirements.txt")
sys.stdout.write({out!r})
sys.stderr.write({err!r})
sys.exit({code})
"""


@pytest.fixture
def pip_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``pip_audit(GOOD, WEAK)``: what the program is to report; or how it fails."""

    def report(*libraries: dict[str, Any], err: str = "", code: int = 0) -> None:
        out = json.dumps({"dependencies": list(libraries), "fixes": []}) if libraries else ""
        (tmp_path / "pip_audit.py").write_text(SAYS.format(out=out, err=err, code=code))

    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return report


def standing() -> compliance.Finding:
    return next(found for control, found in compliance.findings() if control.key == "dependencies")


def test_no_weakness_is_noted_with_its_date_on_the_page(pip_audit: Any, client: Client, admin: User) -> None:
    assert standing().state == State.OPEN
    pip_audit(GOOD)
    said = StringIO()
    call_command("audit_dependencies", stdout=said)
    assert said.getvalue() == "1 libraries: no known weakness.\n"
    proof = compliance.newest(Proved.DEPENDENCIES)
    assert proof is not None
    assert (proof.is_well, proof.figures) == (True, {"weaknesses": 0, "libraries": 1})
    assert standing().state == State.WELL
    client.force_login(admin)
    page = client.get("/desk/audit/compliance/").content.decode()
    card = page[page.index("compared with the list of known weaknesses") :][:2000]
    assert date_format(localtime(proof.moment), "DATE_FORMAT") in card


def test_weaknesses_are_named_and_fail(pip_audit: Any) -> None:
    pip_audit(GOOD, WEAK, code=1)
    err = StringIO()
    with pytest.raises(CommandError, match="2 known weaknesses"):
        call_command("audit_dependencies", stderr=err)
    assert err.getvalue() == "jinja2: PYSEC-2019-217, PYSEC-2014-82\n"
    assert standing().state == State.BROKEN


@pytest.mark.parametrize("out", [(), ({"name": "django", "skip_reason": "not found on the index"},)])
def test_what_could_not_be_checked_is_not_noted(pip_audit: Any, out: tuple[dict[str, Any], ...]) -> None:
    pip_audit(*out, err="ERROR: Connection refused", code=1)
    with pytest.raises(CommandError, match="could not be checked: ERROR: Connection refused"):
        call_command("audit_dependencies")
    assert compliance.newest(Proved.DEPENDENCIES) is None


def test_without_the_program_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip_audit.py").write_text("raise ModuleNotFoundError(\"No module named 'pip_audit'\")")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CommandError, match="No module named 'pip_audit'"):
        call_command("audit_dependencies")
