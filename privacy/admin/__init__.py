"""The administration of what the kernel keeps: staff, roles, profiles, sharing, groups."""

from privacy.admin import groups, profiles, roles, sharing, users

__all__ = ["groups", "profiles", "roles", "sharing", "users"]
