"""When a member of staff goes: their sessions end at once, and what they own passes on.

Apps above say what people own here: ``hands_over`` takes a function, called in their ``ready()``.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import actor, invitations, sessions
from privacy.models import User

HandOver = Callable[[User, User | None], int]
_functions: dict[str, HandOver] = {}


def hands_over(name: str, function: HandOver) -> None:
    """Call this for whoever goes, with their successor (or None); it returns how many records passed on."""
    _functions[name] = function


@transaction.atomic
def deactivate(user: User, *, successor: User | None, by: Any) -> int:
    """Let somebody in no more, and pass on what they own; returns how many records that was.

    Raises ValidationError for a successor who is going themselves.
    """
    if successor is not None and (successor.pk == user.pk or not successor.is_active):
        raise ValidationError(_("Choose a colleague who stays."))
    with actor.acting(by):
        user.is_active = False
        user.save(update_fields=["is_active"])
        passed_on = sum(function(user, successor) for function in _functions.values())
    invitations.withdraw(user)
    sessions.end_of_user(user.pk)
    return passed_on


def reactivate(user: User, *, by: Any) -> None:
    """Let somebody in again, with the password and factors that they had."""
    with actor.acting(by):
        user.is_active = True
        user.save(update_fields=["is_active"])
