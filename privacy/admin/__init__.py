"""The administration of what the kernel keeps: staff, roles, profiles, sharing, groups, retention."""

from privacy.admin import groups, profiles, retention, roles, sharing, users

__all__ = ["groups", "profiles", "retention", "roles", "sharing", "users"]
