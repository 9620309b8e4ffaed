"""All declared personal data of the installation, read from the models."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models

from privacy.declaration import Declared, Personal, Secret, declared, subject_paths
from privacy.vault.fields import BlindIndexField, SealedField
from privacy.vault.files import SealedFileField


def first_party_models() -> Iterator[type[models.Model]]:
    """The models of our own apps, without the history tables that follow from them."""
    for model in apps.get_models():
        room = model.__module__.partition(".")[0]
        if room in settings.FIRST_PARTY_APPS and not is_history(model):
            yield model


def model_called(label: str) -> type[models.Model] | None:
    """The model of ours with this label (``tickets.ticket``), or None."""
    return next((model for model in first_party_models() if model._meta.label_lower == label), None)


def is_history(model: type[models.Model]) -> bool:
    """Whether this is a history table of simple-history."""
    return hasattr(model, "instance_type")


def history_of(model: type[models.Model]) -> type[models.Model] | None:
    """The history table of a model, if it keeps one."""
    manager = getattr(model, "history", None)
    return None if manager is None else manager.model


def declarations() -> Iterator[tuple[type[models.Model], Declared]]:
    """Every declaration with its model."""
    for model in first_party_models():
        for entry in declared(model).values():
            yield model, entry


def personal_fields() -> Iterator[tuple[type[models.Model], Personal]]:
    """Every field declared personal."""
    for model, entry in declarations():
        if isinstance(entry, Personal):
            yield model, entry


def subject_columns(model: type[models.Model]) -> list[str]:
    """The columns of a model that name a person by uuid alone: whose row it is, without a foreign key."""
    columns = {field.name: field for field in model._meta.concrete_fields}
    return [path for path in subject_paths(model) if isinstance(columns.get(path), models.UUIDField)]


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField | SealedFileField]]:
    """Every sealed column, those of the history tables included."""
    for model in first_party_models():
        for holder in filter(None, (model, history_of(model))):
            for field in holder._meta.concrete_fields:
                if isinstance(field, SealedField | SealedFileField):
                    yield holder, field


def is_hash(field: models.Field) -> bool:
    """Django's password column: a hash has no place in history, nor in any file."""
    return field.name == "password" and isinstance(field, models.CharField)


def is_secret(model: type[models.Model], field: models.Field) -> bool:
    """Whether a column is never shown to anybody, whatever their rights: a secret, a hash, an index, a seal."""
    is_bytes = isinstance(field, models.BinaryField | BlindIndexField)
    return is_hash(field) or is_bytes or isinstance(declared(model).get(field.name), Secret)
