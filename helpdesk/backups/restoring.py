"""Restoring a backup: checked before anything is touched; nothing is served until erasures were replayed."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connections

from helpdesk.backups import manifest, programs
from helpdesk.backups.making import CONTEXT, DATA, FILES, VAULT
from helpdesk.backups.trouble import Refused
from privacy import compliance, startup
from privacy.audit import sealing
from privacy.erasure import replaying
from privacy.vault import keys
from privacy.vault.errors import VaultError
from privacy.vault.files import FileErasedError, open_stream


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: files, and how many persons were erased again."""

    files: int
    erased_again: int


def restore(folder: Path, *, vault: Path | None = None, replaces: bool = False) -> Restored:
    """Bring back data and files; the vault only where it was lost (``vault``): today's knows who was erased.

    ``replaces`` says that what the databases hold may go. Raises Refused while all is as it was.
    """
    wanted = _checked(folder, "data")
    parts = {"default": folder, **({"vault": vault} if vault else {})}
    if vault:
        _checked(vault, "vault")
    for alias in parts:
        _check_target(alias, replaces=replaces)
    with _placed(vault / VAULT) if vault else nullcontext():
        _check_opens(folder)
        with (folder / DATA).open("rb") as sealed:
            programs.restore("default", open_stream(sealed, CONTEXT))
    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    sealing.go_on_after_restore()
    files = _bring_files(folder, wanted)
    again = sum(1 for _ in replaying.replay())
    startup.check()
    compliance.prove(compliance.Proved.RESTORE, is_well=True)
    return Restored(files, again)


def _checked(folder: Path, part: str) -> manifest.Manifest:
    found = manifest.read(folder)
    if found.part != part:
        raise Refused(f"{folder} is a backup of the {found.part}, not of the {part}.")
    if unknown := manifest.unknown_migrations(found):
        raise Refused(f"The backup was made by a newer version ({unknown[0]}). Install that one first.")
    manifest.check(folder, found)
    return found


def _check_target(alias: str, *, replaces: bool) -> None:
    if others := programs.others_connected(alias):
        raise Refused(f"{others} other sessions use the database. Stop web, worker and beat first.")
    if not replaces and connections[alias].introspection.table_names():
        raise Refused("The database isn't empty. Add --replace if what it holds may go.")


@contextmanager
def _placed(dump: Path) -> Iterator[None]:
    """A vault in its place, for only its keys open the data; the one that was there comes back if these are refused."""
    with (
        TemporaryFile() as before,
        dump.open("rb") as given,
    ):  # its keys are wrapped, and the file has no name
        with programs.dumped("vault") as there:
            copyfileobj(there, before)
        _put_vault(given)
        try:
            yield
        except BaseException:
            before.seek(0)
            _put_vault(before)
            raise


def _put_vault(dump: IO[bytes]) -> None:
    programs.restore("vault", manifest.pieces_of(dump))
    keys.forget()


def _check_opens(folder: Path) -> None:
    """The vault that is there opens the dump, to its last byte: before the database is emptied."""
    try:
        with (folder / DATA).open("rb") as sealed:
            for _piece in open_stream(sealed, CONTEXT):
                pass
    except (VaultError, FileErasedError) as error:
        raise Refused(f"The dump doesn't open: {error}") from None


def _bring_files(folder: Path, wanted: manifest.Manifest) -> int:
    """Put back the files that aren't there; returns how many."""
    brought = 0
    for piece in wanted.pieces:
        room, _, name = piece.partition("/")
        if room == FILES and not default_storage.exists(name):
            with (folder / piece).open("rb") as file:
                default_storage.save(name, file)
            brought += 1
    return brought
