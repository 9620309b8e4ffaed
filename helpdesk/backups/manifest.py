"""The manifest of a backup: what is in it, made by which versions, checksums, and a seal over all of that."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.models import Max

from helpdesk.backups.trouble import Refused
from privacy.models import AuditBatch
from privacy.vault import seals

NAME = "manifest.json"
DOMAIN = "backup manifest"
PIECE = 1024 * 1024


@dataclass(slots=True)
class Manifest:
    """``part`` is ``data`` or ``vault``; ``pieces`` are the checksums (SHA-256) of its files, by relative path."""

    part: str
    made_at: str
    region: str
    postgres: str
    migrations: dict[str, str]
    audit_batch: int | None = None
    pieces: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Seal it and put it into a backup's folder."""
        content = json.dumps(asdict(self), indent=1, sort_keys=True)
        sealed = seals.seal(DOMAIN, content.encode()).hex()
        (folder / NAME).write_text(json.dumps({"seal": sealed, "manifest": content}))


def current(part: str, made_at: str) -> Manifest:
    """The manifest of a backup that is made now, without its pieces."""
    alias = "vault" if part == "vault" else "default"
    newest = None if part == "vault" else AuditBatch.objects.aggregate(number=Max("number"))["number"]
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return Manifest(part, made_at, settings.REGION, version, _migrations(alias), newest)


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Refused if it is missing, or isn't as it was written."""
    try:
        stored: dict[str, str] = json.loads((folder / NAME).read_text())
        content, sealed = stored["manifest"], bytes.fromhex(stored["seal"])
        found: dict[str, Any] = json.loads(content)
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"{folder} is no backup: it has no readable {NAME}.") from None
    if not seals.is_whole(DOMAIN, content.encode(), sealed):
        raise Refused(f"{folder / NAME} was altered, or sealed with another PRIVACY_SEAL_KEY.")
    return Manifest(**found)


def check(folder: Path, manifest: Manifest) -> None:
    """Every piece is there and as it was. Raises Refused that names the first that isn't."""
    for name, wanted in manifest.pieces.items():
        path = folder / name
        if not path.is_file():
            raise Refused(f"{path} is missing.")
        with path.open("rb") as file:
            if checksum(pieces_of(file)) != wanted:
                raise Refused(f"{path} is not as it was when the backup was made.")


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file in handy pieces."""
    return iter(lambda: file.read(PIECE), b"")


def checksum(pieces: Iterable[bytes]) -> str:
    """SHA-256 in hex."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def unknown_migrations(manifest: Manifest) -> list[str]:
    """What this software doesn't know of the schema that the backup was made with."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    return [f"{app}.{name}" for app, name in manifest.migrations.items() if (app, name) not in known]


def _migrations(alias: str) -> dict[str, str]:
    """The newest migration of each app that was applied."""
    applied = MigrationLoader(connections[alias]).applied_migrations
    found: dict[str, str] = {}
    for app, name in sorted(applied):
        found[app] = name
    return found
