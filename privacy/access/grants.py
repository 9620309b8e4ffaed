"""Single records shared with one agent or group: rows of django-guardian with an end."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import Q

from privacy import actor
from privacy.access.viewpoint import Viewpoint
from privacy.enums import Act
from privacy.models import GroupGrant, UserGrant
from privacy.models.grants import Grant

CODENAMES = {Act.VIEW: ("view", "change"), Act.UPDATE: ("change",)}


def keys(view: Viewpoint, model: Any, act: Act) -> tuple[Any, ...]:
    """The ids of records that were shared with this person, or a group of theirs, as queries; none if that can't be."""
    prefixes = CODENAMES.get(act, ())
    codenames = [f"{prefix}_{model._meta.model_name}" for prefix in prefixes]
    return tuple(
        lasting(table.objects.filter(mine, permission__codename__in=codenames)).values("content_object")
        for table, mine in _places(view, model)
        if codenames
    )


def _places(view: Viewpoint, model: Any) -> Iterator[tuple[Any, Q]]:
    """The tables in which something can be shared with this person, and which of their rows are meant."""
    if (table := table_for(model, UserGrant)) is not None:
        yield table, Q(user=view.user.pk)
    if (table := table_for(model, GroupGrant)) is not None and view.groups:
        yield table, Q(group__in=view.groups)


def lasting(rows: Any) -> Any:
    """Those that haven't ended."""
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=actor.now()))


@cache
def table_for(model: Any, kind: type[Grant]) -> Any:
    """Where it is kept that single records of a model are shared; None for what can't be.

    Guardian would fall back to its generic table, which has neither an end nor a history.
    """
    tables = (relation.related_model for relation in model._meta.related_objects)
    return next((table for table in tables if issubclass(table, kind)), None)
