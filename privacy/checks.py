"""System checks: no text, e-mail, file or JSON field goes undeclared, and every declaration makes sense."""

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from privacy import registry
from privacy.declaration import (
    INSTALLATION,
    SELF,
    SUBJECT_ID,
    NotPersonal,
    Personal,
    Secret,
    declared,
    subject_paths,
)
from privacy.governance import Module, Own, Part
from privacy.vault.fields import BlindIndexField, SealedField
from privacy.vault.files import SealedFileField

NO_TEXT = (
    models.BooleanField,
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.DateTimeField,  # a moment is bookkeeping; a day may be a birthday
    models.TimeField,
    models.DurationField,
    models.UUIDField,
    models.BinaryField,
    BlindIndexField,
)


@checks.register("privacy")
def check_declarations(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """Run over every first-party model (or the models of the apps given)."""
    wanted = None if app_configs is None else {config.label for config in app_configs}
    found: list[checks.CheckMessage] = []
    for model in registry.first_party_models():
        if wanted is None or model._meta.app_label in wanted:
            found += check_model(model)
    return found


def check_model(model: type[models.Model]) -> list[checks.CheckMessage]:
    """Everything that is wrong with one model's declaration."""
    return [*_undeclared(model), *_wrong_entries(model), *_subject(model), *_ungoverned(model)]


def holds_free_text(field: models.Field) -> bool:
    """Whether anything could be written into this field: it isn't a choice, a number, a moment or a key."""
    return not (field.is_relation or field.choices or isinstance(field, NO_TEXT))


def _undeclared(model: type[models.Model]) -> Iterator[checks.CheckMessage]:
    entries = declared(model)
    for field in model._meta.concrete_fields:
        if holds_free_text(field) and field.name not in entries:
            yield checks.Error(
                f"{model._meta.label}.{field.name} is not declared.",
                hint="Add Personal(…) to its personal_data, or NotPersonal(…, why) if it can't hold any.",
                obj=model,
                id="privacy.E001",
            )


def _wrong_entries(model: type[models.Model]) -> Iterator[checks.CheckMessage]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, entry in declared(model).items():
        if name not in fields:
            yield checks.Error(
                f"{model._meta.label} declares “{name}”, which is no field of it.",
                obj=model,
                id="privacy.E002",
            )
        elif isinstance(entry, Personal) and not (entry.purpose and entry.basis and entry.category):
            yield checks.Error(
                f"{model._meta.label}.{name} is personal, but its purpose, basis or category is missing.",
                obj=model,
                id="privacy.E003",
            )
        elif isinstance(entry, NotPersonal) and not entry.why.strip():
            yield checks.Error(
                f"{model._meta.label}.{name} is said not to be personal, without a reason.",
                obj=model,
                id="privacy.E004",
            )
        elif isinstance(entry, Personal | Secret) and not _is_sealed(fields[name]):
            yield checks.Error(
                f"{model._meta.label}.{name} is personal, but lies in clear: use a sealed field.",
                obj=model,
                id="privacy.E005",
            )


def _is_sealed(field: models.Field) -> bool:
    return isinstance(field, SealedField | SealedFileField) or not holds_free_text(field)


def _subject(model: type[models.Model]) -> Iterator[checks.CheckMessage]:
    needs = any(isinstance(entry, Personal | Secret) for entry in declared(model).values())
    if needs and not subject_paths(model):
        yield checks.Error(
            f"{model._meta.label} holds personal data, but doesn't say whose (data_subject).",
            obj=model,
            id="privacy.E006",
        )
    for path in subject_paths(model):
        if path not in (SELF, INSTALLATION) and not _reaches(model, path):
            yield checks.Error(
                f"{model._meta.label}: the data subject “{path}” can't be reached.",
                obj=model,
                id="privacy.E007",
            )


def _reaches(model: Any, path: str) -> bool:
    if path in registry.subject_columns(model):
        return True
    for step in path.split("."):
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        if isinstance(field, models.UUIDField) and step == SUBJECT_ID:
            return True  # whoever it is: a person of any kind
        if not field.is_relation or not (field.many_to_one or field.one_to_one):
            return False
        model = field.related_model
    return SELF in subject_paths(model)


def _ungoverned(model: Any) -> Iterator[checks.CheckMessage]:
    if hasattr(model, "governed_by") and model.governed_by is None:
        yield checks.Error(
            f"{model._meta.label} doesn't say who may see its rows.",
            hint="Set governed_by to a Module, Part, Setup, Own or Closed of privacy.governance.",
            obj=model,
            id="privacy.E008",
        )
    for path in _governing_paths(model):
        if not _leads(model, path):
            yield checks.Error(
                f"{model._meta.label}.governed_by names “{path}”, which doesn't lead to a record.",
                obj=model,
                id="privacy.E009",
            )


def _governing_paths(model: Any) -> list[str]:
    governance = getattr(model, "governed_by", None)
    if isinstance(governance, Module):
        return [governance.owner, *governance.opens]
    return [governance.of] if isinstance(governance, Part | Own) else []


def _leads(model: Any, path: str) -> bool:
    for step in path.split("."):
        try:
            model = model._meta.get_field(step).related_model
        except FieldDoesNotExist:
            return False
        if model is None:
            return False
    return True
