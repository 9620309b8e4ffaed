"""Which database a model lives in: the vault's models in the vault's own, all others in the default one."""

from typing import Any

VAULT = "vault"


class VaultRouter:
    """Keeps keys and data apart."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return VAULT if model._meta.app_label == VAULT else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        labels = {one._meta.app_label, other._meta.app_label}
        return False if VAULT in labels and len(labels) > 1 else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == VAULT) == (app_label == VAULT)
