"""The administration of what the kernel keeps: staff, roles, profiles, sharing, groups, custom fields, retention."""

from privacy.admin import fields, groups, profiles, retention, roles, sharing, users

__all__ = ["fields", "groups", "profiles", "retention", "roles", "sharing", "users"]
