"""Invitations: how somebody takes up an account that was made for them, with a link that works once."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse

from privacy import actor, notices
from privacy.enums import AccountState
from privacy.models import Token, TokenPurpose, User

LIFETIME = timedelta(days=7)


@transaction.atomic
def invite(user: User) -> None:
    """Mail somebody a link to take up their account; earlier links end. What the mail server says is raised."""
    withdraw(user)
    secret = Token.issue(TokenPurpose.INVITATION, user.pk, lifetime=LIFETIME)
    link = f"{settings.SITE_URL}{reverse('invitation', args=[secret])}"
    notices.send(user, "invitation", link=link, days=LIFETIME.days)


def withdraw(user: User) -> None:
    """No link that was mailed to them works any more."""
    _of(user.pk).delete()


def whose(secret: str) -> User | None:
    """Whom a link was sent to; None for one that expired, was used, or never was ours."""
    token = Token.redeem(TokenPurpose.INVITATION, secret, consume=False)
    return _living(token)


@transaction.atomic
def accept(secret: str, password: str) -> User | None:
    """Take up the account, with a password of one's own."""
    user = _living(Token.redeem(TokenPurpose.INVITATION, secret))
    if user is not None:
        user.set_password(password)
        with actor.acting(user):
            user.save(update_fields=["password"])
    return user


def with_states(users: Any) -> Any:
    """Users that know until when their invitation is good (``invited_until``)."""
    newest = _of(OuterRef("pk")).order_by().values("subject_id").annotate(end=Max("expires_at")).values("end")
    return users.annotate(invited_until=Subquery(newest))


def state_of(user: User) -> AccountState:
    """Where an account stands; of one from ``with_states``."""
    if not user.is_active:
        return AccountState.DEACTIVATED
    if user.last_login or user.has_usable_password():
        return AccountState.ACTIVE
    until = getattr(user, "invited_until", None)
    if until is None:
        return AccountState.UNINVITED
    return AccountState.INVITED if until > actor.now() else AccountState.EXPIRED


def _of(user_id: Any) -> Any:
    return Token.objects.filter(purpose=TokenPurpose.INVITATION, subject_id=user_id, used_at=None)


def _living(token: Token | None) -> User | None:
    if token is None:
        return None
    found: User | None = User.objects.filter(pk=token.subject_id, is_active=True).first()
    return found
