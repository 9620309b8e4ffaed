"""Recovery codes: ten on paper, each good once. Only keyed hashes of them are kept."""

import secrets

from django.db import transaction
from django.utils import timezone

from privacy import credentials
from privacy.enums import Credential
from privacy.models import RecoveryCode, User
from privacy.vault.blind import mac

CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
HALF = 5


@transaction.atomic
def renew(user: User) -> list[str]:
    """Ten new codes, to be shown now and never again; earlier ones end."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [f"{_half()}-{_half()}" for _ in range(CODES)]
    for code in codes:
        RecoveryCode(user=user, digest=_digest(user, code)).save()
    credentials.changed(user, Credential.RECOVERY)
    return codes


def redeem(user: User, code: str) -> bool:
    """Use a code up; False if it isn't one, or was used."""
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    return bool(unused.update(used_at=timezone.now()))


def _half() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(HALF))


def _digest(user: User, code: str) -> bytes:
    plain = "".join(each for each in code.casefold() if each.isalnum())
    return mac("privacy.recovery", f"{user.pk}:{plain}", length=32)
