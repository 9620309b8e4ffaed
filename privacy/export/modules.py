"""What can be exported: every governed kind of records, later ones by themselves."""

from itertools import groupby
from typing import Any

from django.db import models

from privacy import access
from privacy.access import Act, persons
from privacy.access.fields import module_over
from privacy.governance import Module, Part, Setup
from privacy.models import CustomValue, Record, User
from privacy.registry import first_party_models, model_called


def rooms(viewer: Any) -> dict[str, list[type[models.Model]]]:
    """What the viewer may see records of at all, under the name of its module, each module before its parts.

    What is set up comes last, under no name. Custom values are columns of what they belong to. What is one's own
    (drafts, passkeys) or read by the software only is nobody's to export.
    """
    found = sorted((model for model in first_party_models() if _is_exportable(model, viewer)), key=_place)
    return {name: list(models) for name, models in groupby(found, _room)}


def module_named(label: str, viewer: Any) -> type[models.Model] | None:
    """One of them by its label."""
    model = model_called(label)
    return model if model is not None and _is_exportable(model, viewer) else None


def rows_of(model: Any, viewer: User) -> Any:
    """What goes into the file: what the viewer may see, nothing that lies in the bin or is restricted."""
    manager = model.objects if issubclass(model, Record) else model._default_manager
    return access.visible(viewer, manager.filter(persons.unrestricted(model))).order_by("pk")


def _is_exportable(model: Any, viewer: Any) -> bool:
    is_shared = isinstance(getattr(model, "governed_by", None), Module | Part | Setup)
    return is_shared and not issubclass(model, CustomValue) and access.may(viewer, Act.VIEW, model)


def _room(model: Any) -> str:
    whole = module_over(model)
    return str(whole._meta.verbose_name_plural) if whole else ""


def _place(model: Any) -> tuple[bool, str, bool, str]:
    room = _room(model)
    return not room, room, module_over(model) is not model, str(model._meta.verbose_name_plural)
