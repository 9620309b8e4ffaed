"""Which custom fields there are, and for whom."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from privacy.access import fields, viewpoint
from privacy.enums import FieldRight, PortalUse
from privacy.models import CustomField, CustomValue, User
from privacy.models.custom import value_models


def modules() -> dict[str, type[models.Model]]:
    """The kinds of records that can have custom fields, by label."""
    return {label: apps.get_model(label) for label in value_models()}


def values_of(model: type[models.Model]) -> type[CustomValue]:
    """The model that holds the values of a kind of records. Raises KeyError where there are no custom fields."""
    return value_models()[model._meta.label_lower]


def definitions(viewer: Any, model: type[models.Model]) -> list[CustomField]:
    """The fields of a kind of records that the viewer may see, in order.

    Nobody in particular (None) is a visitor of the portal: they see what they may fill in.
    """
    if isinstance(viewer, User):
        view = viewpoint.of(viewer)
        rights = fields.field_rights(view, model)
        label = model._meta.label_lower
        return [
            each
            for each in view.custom_fields
            if each.module == label and rights.get(each.name) != FieldRight.HIDDEN
        ]
    uses = (PortalUse.WRITE,) if viewer is None else (PortalUse.READ, PortalUse.WRITE)
    return [each for each in fields.custom_fields(model) if each.portal in uses]


def writable(
    viewer: Any, model: type[models.Model], seen: list[CustomField] | None = None
) -> list[CustomField]:
    """Those of them that the viewer may fill in; ``seen`` are the definitions, if the caller has them."""
    seen = definitions(viewer, model) if seen is None else seen
    if not isinstance(viewer, User):
        return [each for each in seen if each.portal == PortalUse.WRITE]
    rights = fields.field_rights(viewpoint.of(viewer), model)
    return [each for each in seen if rights.get(each.name, FieldRight.WRITE) == FieldRight.WRITE]


def applicable(defined: Iterable[CustomField], bound: UUID | None) -> list[CustomField]:
    """Those that are for this department (or whatever the module is bound by)."""
    return [each for each in defined if not each.bounds or bound in each.bounds]
