"""Secrets for a checkout without any configuration: made once, kept beside the data, good with DEBUG only."""

import base64
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path


def environment(folder: Path | None) -> dict[str, str]:
    """Every secret a development installation needs; ``folder`` None makes them for this process only."""
    if folder is None:
        return _make()
    kept = folder / "secrets.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"secrets.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(_make(), file)
        with suppress(FileExistsError):
            os.link(fresh, kept)  # the first one wins, whole
        fresh.unlink()
    found: dict[str, str] = json.loads(kept.read_text())
    return found


def _make() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PRIVACY_KEKS": "development:" + base64.b64encode(os.urandom(32)).decode(),
        "PRIVACY_INDEX_KEY": secrets.token_hex(32),
        "PRIVACY_SEAL_KEY": secrets.token_hex(32),
        "PRIVACY_EXPORT_KEY": secrets.token_hex(32),
    }
