"""The company's sign-in: which account an identity there stands for. The first time by address, then by identity."""

from django.db import transaction

from privacy.models import CompanyIdentity, User
from privacy.vault.blind import mac


def known(issuer: str, subject: str) -> User | None:
    """Whose identity this is; None if it never came before, or its account is shut."""
    found = CompanyIdentity.objects.filter(digest=_digest(issuer, subject)).select_related("user").first()
    user: User | None = found.user if found else None
    return user if user and user.is_active and user.deleted_at is None else None


@transaction.atomic
def introduce(issuer: str, subject: str, address: str) -> User | None:
    """Bind an identity that comes for the first time to the account of its address.

    None without such an account (nobody gets one by coming), and for an account that has an identity already:
    addresses are given to others in time, identities never.
    """
    user: User | None = User.objects.filter(email=address, is_active=True).first() if address else None
    if user is None or CompanyIdentity.objects.filter(user=user).exists():
        return None
    if CompanyIdentity.objects.filter(digest=_digest(issuer, subject)).exists():
        return None
    CompanyIdentity(user=user, digest=_digest(issuer, subject)).save()
    return user


def _digest(issuer: str, subject: str) -> bytes:
    return mac("privacy.company", f"{issuer}\n{subject}", length=32)
