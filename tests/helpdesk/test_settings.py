"""What an installation is set up with: settings are explained, and a wrong one stops the start with a sentence."""

import os
import re
import runpy
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk.running import PORTS
from privacy.vault import keys
from tests.privacy.vault.conftest import listed
from tests.processes import MANAGE, WORKER, own_environment

ROOT = Path(__file__).parents[2]
APPS = ("helpdesk", "tickets", "contacts", "privacy")
READ = re.compile(r'(?:\benv\.\w+\(|\brequired\(|_of_sso\(|environ\.get\(|environ\[)\s*"([A-Z][A-Z0-9_]*)"')
EXPLAINED = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
OUR_OWN = {"HELPDESK_TEST"}  # set by tests
OF_COMPOSE = {"POSTGRES_PASSWORD"}
PRODUCTION = {
    "DEBUG": "0",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/x",
    "VAULT_DATABASE_URL": "postgres://nobody@127.0.0.1:1/y",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "for-a-test-" * 5,
    "ALLOWED_HOSTS": "localhost",
    "PRIVACY_KEKS": listed("2026a"),
    "PRIVACY_INDEX_KEY": "1a" * 32,
    "PRIVACY_SEAL_KEY": "2b" * 32,
    "PRIVACY_EXPORT_KEY": "3c" * 32,
}
NEEDED = sorted({*PRODUCTION, "S3_ACCESS_KEY", "S3_SECRET_KEY"} - {"DEBUG", "ALLOWED_HOSTS", "PRIVACY_KEKS"})


def run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)


def check(*arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
    """``manage.py check`` under production settings, as somebody deploying would meet it."""
    given = PRODUCTION | changed  # an empty value counts as missing, and hides the one of a .env
    return run([*MANAGE, "check", *arguments], {"PATH": os.environ["PATH"], **given})


def test_the_example_names_what_is_read_and_nothing_else() -> None:
    sources = [path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")]
    read = {name for source in sources for name in READ.findall(source)} | set(PORTS)
    explained = EXPLAINED.findall((ROOT / ".env.example").read_text())
    assert set(explained) - OF_COMPOSE == read - OUR_OWN
    assert len(explained) == len(set(explained))


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"S3_BUCKET": "helpdesk-files", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"}
    for each, value in (PRODUCTION | given | {"HELPDESK_TEST": "0", name: ""}).items():
        monkeypatch.setenv(each, value)
    with pytest.raises(ImproperlyConfigured) as caught:
        runpy.run_path("helpdesk/settings.py")
    assert str(caught.value) == f"{name} is not set. See .env.example for what it is and how to make one."


def test_production_has_nothing_to_warn_of() -> None:
    done = check("--deploy", "--fail-level", "DEBUG")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("PRIVACY_KEKS", "", "PRIVACY_KEKS is empty"),
        ("PRIVACY_KEKS", listed("development"), "“development” is a development key"),
    ],
)
def test_the_start_stops_with_a_sentence(name: str, value: str, said: str) -> None:
    done = check(**{name: value})
    assert done.returncode != 0
    assert said in done.stderr.strip().splitlines()[-1]


def test_a_worker_does_not_start_with_keys_that_open_nothing(transactional_db: None) -> None:
    keys.for_writing(uuid4())
    done = run(WORKER, own_environment() | {"PRIVACY_KEKS": listed("another")})
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Start refused: ")
