"""What goes by itself once its time is over."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from privacy import registry
from privacy.models import EndedPerson, Token
from privacy.removal import batches, end_keys
from privacy.vault.files import SealedFileField

UNUSED_TOKENS = timedelta(days=7)
ORPHAN_AGE = timedelta(days=1)


def forget_expired_tokens() -> int:
    """Delete tokens that expired over a week ago; returns how many."""
    deleted, _ = Token.objects.filter(expires_at__lt=timezone.now() - UNUSED_TOKENS).delete()
    return deleted


def sweep_files() -> int:
    """Delete stored files older than a day that no row names (their transaction was rolled back)."""
    swept = 0
    for folder in _folders():
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        for name in set(names) - _named(names):
            if default_storage.get_modified_time(name) < timezone.now() - ORPHAN_AGE:
                default_storage.delete(name)
                swept += 1
    return swept


def sweep_keys() -> int:
    """Destroy the keys of persons who are gone, where a kill or the vault's absence left them; returns how many."""
    left = list(EndedPerson.objects.values_list("pk", flat=True))
    for batch in batches(left):
        end_keys(batch)
    return len(left)


def _folders() -> list[str]:
    try:
        return list(default_storage.listdir("")[0])
    except FileNotFoundError:  # nothing has been stored yet
        return []


def _named(names: list[str]) -> set[str]:
    """Those of these names that a row points to."""
    found: set[str] = set()
    for model, field in registry.sealed_columns():
        if isinstance(field, SealedFileField):
            rows = model._base_manager.filter(**{f"{field.name}__in": names})
            found |= set(rows.values_list(field.name, flat=True))
    return found
