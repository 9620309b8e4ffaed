"""A backup made and restored with PostgreSQL's own tools: all is back, but nobody who was erased meanwhile."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from contacts.models import Contact
from helpdesk.backups import making, manifest, programs, restoring
from helpdesk.backups.trouble import Refused
from privacy import audit, compliance, erasure
from privacy.audit import sealing
from privacy.export import jobs, package
from privacy.models import Format, User
from privacy.vault import keys
from privacy.vault.models import SubjectKey
from tests.factories import ContactFactory
from tests.privacy.test_removal import opened
from tests.privacy.test_retention import stored
from tests.processes import own_environment
from tickets.models import Department

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])

READ = """
from contacts.models import Contact
from tickets.models import Attachment, Message
print([message.body_text for message in Message.objects.filter(ticket__requester='{kept}').order_by('created_at')][0])
print(Attachment.objects.filter(message__ticket__requester='{kept}').first().content.read_plain().decode())
print(Contact.everything.filter(pk='{gone}').values_list('erased_at', flat=True).first() is not None)
"""


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database with nothing in it, on the test's server."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield urlsplit(own_environment()["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def two_databases(empty_database: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings of an installation that lost both its databases."""
    name = f"{connection.settings_dict['NAME']}_lost_vault"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    address = urlsplit(empty_database)._replace(path=f"/{name}").geturl()
    yield {
        "DATABASE_URL": empty_database,
        "VAULT_DATABASE_URL": address,
        "MEDIA_ROOT": str(tmp_path / "new media"),
    }
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def backup(
    tmp_path: Path, media: Path, customer: Contact, stranger: Contact, agent: User
) -> tuple[Path, Path]:
    """A backup of two people with a ticket each."""
    Department.default()
    for person in (customer, stranger):
        opened(person, agent)
    return making.make(tmp_path / "backups", tmp_path / "keys")


def test_restored_under_todays_vault(
    backup: tuple[Path, Path],
    empty_database: str,
    tmp_path: Path,
    customer: Contact,
    stranger: Contact,
    manage: Callable[..., Any],
) -> None:
    erasure.settle(stranger, by=None)
    erasure.carry_on(erasure.begin(stranger, by=None, tells=False).pk)
    there = {"DATABASE_URL": empty_database, "MEDIA_ROOT": str(tmp_path / "new media")}
    done = manage("restore", str(backup[0]), **there)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Restored. 4 files came back, 1 persons were erased again.")
    code = READ.format(kept=customer.pk, gone=stranger.pk)
    assert manage("shell", "--no-imports", "-c", code, **there).stdout.splitlines() == [
        "Which size?",
        "a size",
        "True",
    ]
    again = manage("restore", str(backup[0]), **there)
    assert "isn't empty. Add --replace" in again.stderr


def test_the_audit_goes_on_after_a_restore(
    backup: tuple[Path, Path], empty_database: str, tmp_path: Path, manage: Callable[..., Any]
) -> None:
    """What was sealed after the backup is gone with it: that is told, and is no break."""
    audit.record(audit.Deed.EXPORT)
    sealing.seal_all()
    (tmp_path / "anchor").write_bytes(Path(settings.AUDIT_ANCHOR_FILE).read_bytes())
    there = {"DATABASE_URL": empty_database, "MEDIA_ROOT": str(tmp_path / "new media")}
    there["AUDIT_ANCHOR_FILE"] = str(tmp_path / "anchor")
    assert manage("restore", str(backup[0]), **there).returncode == 0
    assert manage("seal_audit", **there).returncode == 0
    verified = manage("verify_audit", **there)
    assert verified.returncode == 0, verified.stderr
    assert verified.stdout.startswith("A backup was restored at ")


def test_it_replaces_what_is_there_and_brings_back_a_lost_vault(
    backup: tuple[Path, Path], two_databases: dict[str, str], customer: Contact, manage: Callable[..., Any]
) -> None:
    data, vault = backup
    for _ in range(2):
        done = manage("restore", str(data), "--vault", str(vault), "--replace", **two_databases)
        assert done.returncode == 0, done.stderr
    code = f"from contacts.models import Contact; print(Contact.objects.get(pk='{customer.pk}').full_name)"
    assert manage("shell", "--no-imports", "-c", code, **two_databases).stdout.strip() == "Carla Customer"


@pytest.mark.parametrize("harm", ["cut short", "not fitting"])
def test_what_fails_half_way_leaves_everything_as_it_was(
    backup: tuple[Path, Path], stranger: Contact, harm: str
) -> None:
    """The dump is opened here to its last byte, so nothing else refuses it."""
    there = Contact.objects.count()
    with programs.dumped("default") as dump:
        content = dump.read()
    pieces = {"cut short": [content[: len(content) // 2]], "not fitting": [content]}[harm]
    with pytest.MonkeyPatch.context() as patch:
        if harm == "not fitting":  # a statement fails after all that came before has been carried out
            patch.setattr(programs, "IN_ONE", (*programs.IN_ONE, "--command=SELECT 1 / 0"))
        with pytest.raises(Refused, match=r"pg_restore: |psql: .*division by zero"):
            programs.restore("default", pieces)
    assert Contact.objects.get(pk=stranger.pk).full_name == "Stan Stranger"
    assert Contact.objects.count() == there


def test_a_given_vault_gives_way_again_when_the_data_do_not_come(
    backup: tuple[Path, Path], stranger: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever came after the backup has a key only in the vault that was there."""
    newcomer = ContactFactory(full_name="Nora Newcomer")
    real = programs.restore

    def no_room(alias: str, dump: Iterable[bytes]) -> None:
        if alias == "default":
            keys.forget()
            assert SubjectKey.objects.using("vault").filter(subject_id=stranger.pk).exists()
            assert not SubjectKey.objects.using("vault").filter(subject_id=newcomer.pk).exists()
            raise Refused("psql: no room left")
        real(alias, dump)

    monkeypatch.setattr(programs, "restore", no_room)
    monkeypatch.setattr(programs, "others_connected", lambda _alias: 0)  # threads of earlier tests may be
    data, vault = backup
    with pytest.raises(Refused, match="no room left"):
        restoring.restore(data, vault=vault, replaces=True)
    assert Contact.objects.get(pk=newcomer.pk).full_name == "Nora Newcomer"
    assert Contact.objects.get(pk=stranger.pk).full_name == "Stan Stranger"


def test_nothing_but_the_manifest_is_readable(backup: tuple[Path, Path], media: Path) -> None:
    data, vault = backup
    assert {path.name for path in data.iterdir()} == {"data.sealed", "files", "manifest.json"}
    content = (data / "data.sealed").read_bytes()
    assert content.startswith(b"\xc5\x02")
    assert b"PGDMP" not in content
    assert (vault / "vault.dump").read_bytes().startswith(b"PGDMP")
    assert {str(path.relative_to(data / "files")) for path in data.rglob("files/*/*")} == stored(media)
    known = manifest.read(data)
    assert (known.part, known.region, known.migrations["tickets"] > "0001") == ("data", "EU", True)
    assert (data.stat().st_mode & 0o077, vault.stat().st_mode & 0o077) == (0, 0)
    proof = compliance.newest(compliance.Proved.BACKUP)
    assert proof is not None
    assert proof.is_well


def test_what_is_there_is_linked_and_old_keys_go(
    backup: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(making.datetime):  # a second later than the first, without waiting for it
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return super().now(tz).replace(year=2099)

    (tmp_path / "keys" / ".unfinished-of-a-killed-run").mkdir()
    monkeypatch.setattr(making, "datetime", Later)
    data, vault = making.make(tmp_path / "backups", tmp_path / "keys")
    assert all(path.stat().st_nlink == 2 for path in data.rglob("files/*/*"))
    assert list((tmp_path / "keys").iterdir()) == [vault]
    assert len(list((tmp_path / "backups").iterdir())) == 2


def test_no_export_gets_into_a_backup(tmp_path: Path, media: Path, customer: Contact, admin: User) -> None:
    """It lies under the key of whoever asked: an erasure would not reach it there."""
    Department.default()
    opened(customer, admin)
    kept = stored(media)
    for made, kind in (
        (jobs.ask("contacts.contact", Format.CSV, by=admin), jobs),
        (package.ask(customer, by=admin), package),
    ):
        kind.make(made.pk)
    assert len(stored(media)) == len(kept) + 2
    data, _vault = making.make(tmp_path / "backups", tmp_path / "keys")
    assert {str(path.relative_to(data / "files")) for path in data.rglob("files/*/*")} == kept


@pytest.mark.parametrize("inside", ["", "keys", ".."])
def test_keys_never_lie_beside_the_data(tmp_path: Path, inside: str) -> None:
    with pytest.raises(CommandError, match="Keys must not lie beside the data"):
        call_command("backup", str(tmp_path / "backups"), vault=tmp_path / "backups" / inside)
    assert not (tmp_path / "backups").exists()


def test_what_was_altered_is_refused(backup: tuple[Path, Path]) -> None:
    data, vault = backup
    known = manifest.read(data)
    file = next(data.rglob("files/*/*"))
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Refused, match="is not as it was"):
        manifest.check(data, known)
    file.unlink()
    with pytest.raises(Refused, match="is missing"):
        manifest.check(data, known)
    stored_manifest = json.loads((vault / "manifest.json").read_text())
    stored_manifest["manifest"] = stored_manifest["manifest"].replace("vault", "data")
    (vault / "manifest.json").write_text(json.dumps(stored_manifest))
    with pytest.raises(CommandError, match="was altered"):
        call_command("restore", str(vault))
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore", str(data.parent))


def test_one_part_is_not_taken_for_the_other(backup: tuple[Path, Path]) -> None:
    with pytest.raises(CommandError, match="is a backup of the vault, not of the data"):
        call_command("restore", str(backup[1]))
