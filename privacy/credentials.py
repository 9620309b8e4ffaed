"""What lets somebody in was changed: the audit writes it down, and the account's owner is told by mail."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save

from privacy import audit, notices
from privacy.enums import Credential, Deed
from privacy.models import User


def listen() -> None:
    """Passwords are set by Django's own forms, too; called once, when the apps are there."""
    post_save.connect(_saved, sender=User, dispatch_uid="credentials.password")


def changed(user: User, what: Credential) -> None:
    """Something was set up, replaced or taken off. Whoever did it, the owner hears of it once it is committed.

    A mail server that is down must not undo the change: then the audit alone tells.
    """
    audit.record(Deed.CREDENTIAL, user, fields=[what])
    told = partial(
        notices.send, user, "credential", what=what.label, link=f"{settings.SITE_URL}/desk/account/"
    )
    transaction.on_commit(told, robust=True)


def _saved(sender: Any, instance: User, created: bool, **_: Any) -> None:
    """A hash isn't in history; that it changed is said. The first password of an account is no news."""
    if created or getattr(instance, "_password", None) is None:
        return
    if instance.last_login is None:
        audit.record(Deed.CREDENTIAL, instance, fields=[Credential.PASSWORD])
    else:
        changed(instance, Credential.PASSWORD)
