"""The administration of what the kernel keeps: staff, what they may, custom fields, consents, retention."""

from privacy.admin import consents, fields, groups, profiles, retention, roles, sharing, users

__all__ = ["consents", "fields", "groups", "profiles", "retention", "roles", "sharing", "users"]
