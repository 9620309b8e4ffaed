"""Single records shared with one agent or group: rows of django-guardian with an end."""

from typing import Any

from django.db.models import Q
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from privacy import actor
from privacy.access.viewpoint import Viewpoint
from privacy.enums import Act

CODENAMES = {Act.VIEW: ("view", "change"), Act.UPDATE: ("change",)}


def condition(view: Viewpoint, model: Any, act: Act) -> Q | None:
    """The condition that a record was shared with this person, or a group of theirs; None if that can't be."""
    prefixes = CODENAMES.get(act)
    if prefixes is None:
        return None
    codenames = [f"{prefix}_{model._meta.model_name}" for prefix in prefixes]
    found = Q()
    tables: tuple[tuple[Any, Q], ...] = (
        (get_user_obj_perms_model(model), Q(user=view.user.pk)),
        (get_group_obj_perms_model(model), Q(group__in=view.user.groups.all())),
    )
    for grants, mine in tables:
        if _has_end(grants):
            rows = grants.objects.filter(mine, permission__codename__in=codenames)
            lasting = rows.filter(Q(expires_at=None) | Q(expires_at__gt=actor.now()))
            found |= Q(pk__in=lasting.values("content_object"))
    return found or None


def _has_end(grants: Any) -> bool:
    """Guardian's generic table isn't ours: a model without a grant table of its own shares nothing singly."""
    return any(field.name == "expires_at" for field in grants._meta.concrete_fields)
