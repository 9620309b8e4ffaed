"""Making a backup: dump and files of the data, sealed; and apart from them a dump of the vault.

The vault comes last, so that it holds the key of everything that the data holds. A backup appears under its name
when it is whole; what a killed run left is swept by the next one.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import filterfalse
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage

from helpdesk.backups import programs
from helpdesk.backups.manifest import NAME, Manifest, checksum, current, pieces_of, read
from helpdesk.backups.trouble import Refused
from privacy import compliance
from privacy.declaration import INSTALLATION_ID
from privacy.export import parcels
from privacy.retention import stored_files
from privacy.vault import keys
from privacy.vault.files import seal_stream

UNFINISHED = ".unfinished-"
DATA, VAULT, FILES = "data.sealed", "vault.dump", "files"
CONTEXT = b"backup of the data"


def make(folder: Path, vault: Path) -> tuple[Path, Path]:
    """Back up everything; returns where data and vault lie. Raises Refused."""
    folder, vault = folder.resolve(), vault.resolve()
    if folder == vault or folder in vault.parents or vault in folder.parents:
        raise Refused("Keys must not lie beside the data: give --vault a folder elsewhere.")
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    with _folder(folder, stamp) as made:
        manifest = current("data", stamp)
        with programs.dumped("default") as dump:
            key = keys.for_writing(INSTALLATION_ID)
            manifest.pieces[DATA] = _written(made / DATA, seal_stream(dump, key, CONTEXT))
        manifest.pieces |= _files(made, _last(folder))
        manifest.write(made)
    with _folder(vault, stamp) as made:
        manifest = current("vault", stamp)
        with programs.dumped("vault") as dump:
            manifest.pieces[VAULT] = _written(made / VAULT, pieces_of(dump))
        manifest.write(made)
    _keep_newest(vault, stamp)
    compliance.prove(compliance.Proved.BACKUP, is_well=True)
    return folder / stamp, vault / stamp


@contextmanager
def _folder(parent: Path, stamp: str) -> Iterator[Path]:
    """A folder, closed to others, that gets its name when all is in it."""
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in parent.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left_over)
        made = parent / f"{UNFINISHED}{stamp}"
        made.mkdir(mode=0o700)
        yield made
        made.rename(parent / stamp)
    except OSError as error:
        raise Refused(f"The backup can't be written: {error.strerror} ({parent}).") from None


def _written(path: Path, pieces: Iterable[bytes]) -> str:
    """Write the pieces, to the disk; returns their checksum."""
    with path.open("xb") as file:
        found = checksum(_passing(pieces, file))
        file.flush()
        os.fsync(file.fileno())
    return found


def _passing(pieces: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        file.write(piece)
        yield piece


def _files(made: Path, last: Path | None) -> dict[str, str]:
    """Every stored file, sealed as it is; what the last backup has is linked: stored files never change.

    But no export: it goes within hours, holds people who may be erased tomorrow, and lies under its asker's key.
    """
    known = read(last).pieces if last else {}
    found = {}
    there = list(stored_files())  # first: a file in the making is named by its row before it appears
    for stored in filterfalse(parcels.files().__contains__, there):
        name = f"{FILES}/{stored}"
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if last and name in known and (last / name).is_file():
            os.link(last / name, path)
            found[name] = known[name]
            continue
        try:
            with default_storage.open(stored, "rb") as file:
                found[name] = _written(path, pieces_of(file))
        except FileNotFoundError:
            continue  # deleted since it was listed
    return found


def _last(folder: Path) -> Path | None:
    """The newest whole backup in a folder."""
    return max((path.parent for path in folder.glob(f"*Z/{NAME}")), default=None)


def _keep_newest(vault: Path, stamp: str) -> None:
    """An older copy of the vault would bring back keys that were destroyed since: it goes."""
    for path in vault.glob(f"*Z/{NAME}"):
        if path.parent.name < stamp and _is_of_vault(path.parent):
            shutil.rmtree(path.parent)


def _is_of_vault(folder: Path) -> bool:
    try:
        found: Manifest = read(folder)
    except Refused:
        return False
    return found.part == "vault"
