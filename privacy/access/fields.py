"""Which fields of a record a viewer sees and may write."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from privacy.access import rights, viewpoint
from privacy.access.viewpoint import Viewpoint
from privacy.enums import FieldRight, PortalUse
from privacy.governance import Module, Part
from privacy.lens import Lens, Sight
from privacy.models import CustomField, CustomValue, User
from privacy.models.custom import PREFIX, owner_of, value_models
from privacy.registry import first_party_models, is_history
from privacy.vault.fields import SealedField
from privacy.vault.files import SealedFileField

SIGHTS = {FieldRight.HIDDEN: Sight.NOTHING, FieldRight.MASKED: Sight.MASKED}


def visible_fields(viewer: Any, model: type[models.Model]) -> frozenset[str]:
    """Names of the fields of a model whose values the viewer may see (masked ones included); ``custom.…``, too."""
    used = (PortalUse.READ, PortalUse.WRITE)
    return _names(viewer, model, lambda right: right != FieldRight.HIDDEN, used)


def editable_fields(viewer: Any, model: type[models.Model]) -> frozenset[str]:
    """Names of the fields of a model that the viewer may write; ``custom.…``, too."""
    return _names(viewer, model, lambda right: right == FieldRight.WRITE, (PortalUse.WRITE,))


def field_right(viewer: Any, model: type[models.Model], name: str) -> FieldRight:
    """What the viewer may do with one field of a model."""
    return field_rights(viewpoint.of(viewer), model).get(name, FieldRight.WRITE)


def field_rights(view: Viewpoint, model: type[models.Model]) -> dict[str, FieldRight]:
    """What a profile may do with each field of a model, where it isn't reading and writing."""
    label = model._meta.label_lower
    found = {name: FieldRight(right) for (of, name), right in view.field_permissions.items() if of == label}
    own: dict[str, str] = getattr(model, "own_fields", {})
    return found | {name: FieldRight.HIDDEN for name, right in own.items() if not view.holds(right)}


def mandatory_fields(model: type[models.Model]) -> frozenset[str]:
    """Fields that can't be hidden: no record can be made without them."""
    needed = frozenset(
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.blank and not field.has_default() and not field.auto_created
    )
    return needed | {field.name for field in custom_fields(model) if field.is_required}


def governable_models() -> Iterator[type[models.Model]]:
    """Kinds of records whose fields profiles can be kept from: modules, each followed by its parts."""
    found: dict[Any, list[type[models.Model]]] = {model: [] for model in rights.modules().values()}
    for model in first_party_models():
        if model in value_models().values():
            continue  # custom values are governed as fields of what they belong to
        if (whole := module_over(model)) is not None and any(governable_fields(model)):
            found[whole].append(model)
    for module, parts in found.items():
        yield module
        yield from (part for part in parts if part is not module)


def governable_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """Fields that a right can be set for: what people fill in; of a part only what is sealed, the rest is structure."""
    is_part = isinstance(getattr(model, "governed_by", None), Part)
    for field in model._meta.concrete_fields:
        is_filled_in = field.editable and not field.auto_created and not field.primary_key
        if is_filled_in and (not is_part or isinstance(field, SealedField | SealedFileField)):
            yield field
    for custom in custom_fields(model):
        standing = models.TextField(verbose_name=custom.label, blank=not custom.is_required)
        standing.name = custom.name
        yield standing


def custom_fields(model: type[models.Model]) -> list[CustomField]:
    """What administrators added to a model, in order."""
    label = model._meta.label_lower
    return list(CustomField.objects.filter(module=label)) if label in value_models() else []


def label_of(model: type[models.Model], name: str) -> str:
    """How a field is called, custom ones included."""
    if name.startswith(PREFIX):
        return next((field.label for field in custom_fields(model) if field.name == name), name)
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def module_over(model: Any) -> Any:
    """The module that a model is, or is part of; None for what is set up or one's own."""
    governance = getattr(model, "governed_by", None)
    if isinstance(governance, Module):
        return model
    return (
        module_over(model._meta.get_field(governance.of).related_model)
        if isinstance(governance, Part)
        else None
    )


def lens_of(viewer: Any) -> Lens | None:
    """How a viewer looks at sealed values; None if nothing is withheld from them."""
    if not isinstance(viewer, User):
        return None
    view = viewpoint.of(viewer)
    if view.is_administrator:
        return None
    known: dict[type, dict[str, Sight]] = {}

    def sight(row: Any, name: str) -> Sight:
        model = type(row)
        if model not in known:
            known[model] = _sights(view, model)
        found = known[model].get(
            str(row.field_id) if issubclass(_kept(model), CustomValue) else name, Sight.CLEAR
        )
        return Sight.CLEAR if found != Sight.CLEAR and _is_own(viewer, row, model, name) else found

    return sight


def _sights(view: Viewpoint, model: Any) -> dict[str, Sight]:
    of = _kept(model)
    if issubclass(of, CustomValue):
        return _sights_of_custom(view, of)
    return {name: SIGHTS[right] for name, right in field_rights(view, of).items() if right in SIGHTS}


def _sights_of_custom(view: Viewpoint, values: type[CustomValue]) -> dict[str, Sight]:
    """By the id of the field: a table of values holds those of many."""
    label = owner_of(values)
    rights = {name: FieldRight(right) for (of, name), right in view.field_permissions.items() if of == label}
    fields = [field for field in view.custom_fields if field.module == label] if rights else []
    return {str(each.pk): SIGHTS[rights[each.name]] for each in fields if rights.get(each.name) in SIGHTS}


def _kept(model: Any) -> Any:
    """The model behind a history table; any other as it is."""
    return model.instance_type if is_history(model) else model


def _is_own(viewer: User, row: Any, model: Any, name: str) -> bool:
    return name in getattr(_kept(model), "own_fields", {}) and row.id == viewer.pk


def _names(
    viewer: Any, model: type[models.Model], wanted: Any, uses: tuple[PortalUse, ...]
) -> frozenset[str]:
    if viewer is None:
        return frozenset()
    names = frozenset(field.name for field in model._meta.concrete_fields)
    if not isinstance(viewer, User):
        return names | {field.name for field in custom_fields(model) if field.portal in uses}
    view = viewpoint.of(viewer)
    if (label := model._meta.label_lower) in value_models():
        names |= {field.name for field in view.custom_fields if field.module == label}
    return names - {name for name, right in field_rights(view, model).items() if not wanted(right)}
