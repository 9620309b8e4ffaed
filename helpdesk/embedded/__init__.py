"""Real PostgreSQL and Valkey for a checkout that has none: on private sockets, shared by all who run at once.

The keeper process knows this package by its short name, without Django's set-up: hence relative imports.
"""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from .trouble import Trouble
from .using import Use, passing_folder

__all__ = ["Trouble", "celery_url", "connect", "renew"]
DATABASES = {"DATABASE_URL": "helpdesk", "VAULT_DATABASE_URL": "helpdesk_vault"}

_uses: list[Use] = []


def connect(purpose: str, data: Path) -> dict[str, str]:
    """The addresses that are missing in the environment, with the servers behind them running.

    ``purpose`` "run" keeps what is written, in ``data``; "test" makes fast servers for this process alone.
    Servers live as long as anybody who called this. Raises Trouble, a sentence, when they can't come up.
    """
    missing = [name for name in (*DATABASES, "REDIS_URL") if not os.environ.get(name)]
    if not missing:
        return {}
    folder = data if purpose == "run" else passing_folder()
    kinds = ["postgres"] * any(name in DATABASES for name in missing) + ["valkey"] * ("REDIS_URL" in missing)
    uses = [Use(folder / kind, lasting=purpose == "run") for kind in kinds]
    _uses.extend(uses)
    for use in uses:
        use.begin()
    found: dict[str, str] = {}
    for use in uses:
        found |= _addresses(use.folder.name, use.await_ready())
    return {name: found[name] for name in missing}


def renew(say: Callable[[str], None]) -> None:
    """Bring back, at the same address, servers of this process whose keepers were killed."""
    for use in _uses:
        if use.renew():
            say(f"The {use.folder.name} server was killed. It is up again.")


def celery_url(redis_url: str) -> str:
    """Celery's spelling of the same Redis address."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


def _addresses(kind: str, run: Path) -> dict[str, str]:
    if kind == "valkey":
        return {"REDIS_URL": f"unix://{run / 'valkey.sock'}?db=0"}
    return {
        name: f"postgresql://helpdesk@/{stored}?host={quote(str(run))}" for name, stored in DATABASES.items()
    }
