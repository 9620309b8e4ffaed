"""What others announce, and the audit writes down: sign-ins, groups, keys."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save
from simple_history.signals import post_create_historical_record

from privacy.audit.recording import JOINED, LEFT, record
from privacy.enums import Deed
from privacy.models import User
from privacy.models.history import trace_removal
from privacy.vault import keys

MEMBERSHIPS = {"post_add": JOINED, "post_remove": LEFT, "pre_clear": LEFT}
LONGEST = 60  # of what an event can say


def listen() -> None:
    """Connect everything; called once, when the apps are there."""
    post_create_historical_record.connect(trace_removal, dispatch_uid="audit.removal")
    user_logged_in.connect(_signed_in, dispatch_uid="audit.sign_in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit.sign_out")
    user_login_failed.connect(_failed, dispatch_uid="audit.sign_in_failed")
    post_save.connect(_group_saved, sender=Group, dispatch_uid="audit.group")
    post_delete.connect(_group_gone, sender=Group, dispatch_uid="audit.group_gone")
    m2m_changed.connect(_membership, sender=User.groups.through, dispatch_uid="audit.membership")
    keys.handled.connect(_key_handled, dispatch_uid="audit.key")


def _signed_in(sender: Any, user: Any, **_: Any) -> None:
    record(Deed.SIGN_IN, user, by=user)


def _signed_out(sender: Any, user: Any, **_: Any) -> None:
    if user is not None:
        record(Deed.SIGN_OUT, user, by=user)


def _failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """Whose account it was, if there is one. What was typed isn't kept."""
    typed = credentials.get(User.USERNAME_FIELD) or credentials.get("username")
    record(Deed.SIGN_IN_FAILED, User.objects.filter(email=typed).first() if typed else None, by=None)


def _group_saved(sender: Any, instance: Group, created: bool, **_: Any) -> None:
    record(Deed.CREATE if created else Deed.UPDATE, instance, fields=() if created else ("name",))


def _group_gone(sender: Any, instance: Group, **_: Any) -> None:
    record(Deed.PURGE, instance)


def _membership(sender: Any, instance: Any, action: str, reverse: bool, pk_set: Any, **_: Any) -> None:
    """Who came into which group or left it, whichever side it was done from. A group's name outlives it here."""
    if action not in MEMBERSHIPS:
        return
    is_all, step = action == "pre_clear", MEMBERSHIPS[action]
    if isinstance(instance, User):
        groups = instance.groups.all() if is_all else Group.objects.filter(pk__in=pk_set or ())
        pairs = [(instance, group) for group in groups]
    else:
        members = instance.user_set.all() if is_all else User.everything.filter(pk__in=pk_set or ())
        pairs = [(member, instance) for member in members]
    for member, group in pairs:
        record(Deed.MEMBERSHIP, member, fields=["groups", f"{step}{group.name}"[:LONGEST]])


def _key_handled(sender: Any, what: str, subject_id: UUID | None, **_: Any) -> None:
    """Keys destroyed, handed over, re-wrapped; a person's first key is made with their record."""
    record(Deed.KEY, subject_id=subject_id, fields=[what])
