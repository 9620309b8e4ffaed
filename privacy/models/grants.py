"""Base of the tables that say: this one record is shared with this agent, or this group (django-guardian)."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.managers import GroupObjectPermissionManager, UserObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from privacy.models.base import EverythingManager, LivingManager, Record


class LivingUserGrants(LivingManager, UserObjectPermissionManager):
    """Guardian's manager, without what was revoked."""


class LivingGroupGrants(LivingManager, GroupObjectPermissionManager):
    """Guardian's manager, without what was revoked."""


class Grant(Record):
    """A right to one record; ``expires_at`` None lasts."""

    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = True


class UserGrant(Grant, UserObjectPermissionBase):
    """Shared with one agent. Subclasses name ``content_object``."""

    objects: ClassVar[Any] = LivingUserGrants()
    everything: ClassVar[Any] = EverythingManager()

    class Meta(Grant.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["user", "content_object"],
                condition=models.Q(deleted_at__isnull=True),
                name="%(class)s_once",
            )
        ]


class GroupGrant(Grant, GroupObjectPermissionBase):
    """Shared with a group. Subclasses name ``content_object``."""

    objects: ClassVar[Any] = LivingGroupGrants()
    everything: ClassVar[Any] = EverythingManager()

    class Meta(Grant.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["group", "content_object"],
                condition=models.Q(deleted_at__isnull=True),
                name="%(class)s_once",
            )
        ]
