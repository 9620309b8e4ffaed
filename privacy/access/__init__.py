"""The one gate: what a viewer may see and do. Every page, list, search, file and job goes through it.

A viewer is a User (staff), a person known to the installation (a Record whose data subject is itself: the
customer in the portal), or None, who sees nothing.
"""

from privacy.access.covering import first_of
from privacy.access.fields import editable_fields, field_right, field_rights, lens_of, visible_fields
from privacy.access.gate import (
    Denied,
    administers,
    administers_all,
    demand,
    demand_field,
    holds,
    looking,
    may,
    outranks,
    visible,
    whether,
)
from privacy.enums import Act

__all__ = [
    "Act",
    "Denied",
    "administers",
    "administers_all",
    "demand",
    "demand_field",
    "editable_fields",
    "field_right",
    "field_rights",
    "first_of",
    "holds",
    "lens_of",
    "looking",
    "may",
    "outranks",
    "visible",
    "visible_fields",
    "whether",
]
