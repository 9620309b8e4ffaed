"""A row of every model that can be somebody's data, made from the models alone: a new model is in by itself."""

import os
from itertools import count
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import models

from privacy import people
from privacy.declaration import INSTALLATION, SELF, subject_paths
from privacy.models import Person, new_id
from privacy.vault.fields import BlindIndexField, SealedField
from privacy.vault.files import SealedFileField
from tests import factories

CANARY = "Zwirbelkanarie"
NUMBERS = count(1)


def about(person: Person) -> dict[type[Any], UUID]:
    """One row of each model that is this person's data, every text in it a canary; their ids by model."""
    made: dict[type[Any], Any] = {type(person): person}
    return {
        model: make(model, person, made).pk for model in people.models_about_them() if _fits(model, person)
    }


def _fits(model: Any, person: Person) -> bool:
    """Whether a path of the model ends at this kind of person, or at anybody."""
    return any(
        _end(model, path) in (type(person), None)
        for path in subject_paths(model)
        if path not in (SELF, INSTALLATION)
    )


def _end(model: Any, path: str) -> Any:
    for step in path.split("."):
        model = model._meta.get_field(step).related_model
    return model


def make(model: Any, person: Person, made: dict[type[Any], Any]) -> Any:
    """A row of a model, with whatever it needs; ``made`` are the rows that there are."""
    if model in made:
        return made[model]
    if model is factories.UserFactory._meta.model:
        made[model] = factories.UserFactory()
        return made[model]
    row = made[model] = model()
    for field in model._meta.concrete_fields:
        if (value := _value(field, row, person, made)) is not None:
            setattr(row, field.name, value)
    for field in model._meta.concrete_fields:
        if isinstance(field, SealedFileField):
            getattr(row, field.name).save("", ContentFile(f"{CANARY} {field}".encode()), save=False)
    row.save()
    return row


def _value(field: Any, row: Any, person: Person, made: dict[type[Any], Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        if field.related_model is type(row):
            return None
        return make(field.related_model, person, made)
    if isinstance(field, SealedField):
        return _sealed(field)
    if field.name == "subject_id":
        return person.pk
    if isinstance(field, BlindIndexField | SealedFileField) or field.has_default() or field.null:
        return None
    return _plain(field)


def _sealed(field: Any) -> Any:
    if field.index is None and not isinstance(field, SealedField):
        return None
    name = f"{CANARY}.{field.model._meta.model_name}.{field.name}"
    name += str(next(NUMBERS)) if field.name == "value" else ""  # two people are known by two addresses
    return f"{name}@example.org" if "mail" in type(field).__name__.lower() or field.name == "value" else name


def _plain(field: Any) -> Any:
    if field.choices:
        return next(value for value, _label in field.flatchoices if value)
    if isinstance(field, models.BigIntegerField | models.IntegerField):
        return factories.numbering.next_number()
    if isinstance(field, models.DateTimeField):
        return factories.timezone.now()
    if isinstance(field, models.DateField):
        return factories.timezone.localdate()
    if isinstance(field, models.UUIDField):
        return None if field.primary_key else new_id()
    if isinstance(field, models.BinaryField):
        return os.urandom(16)
    if isinstance(field, models.CharField | models.TextField):
        return f"s{next(NUMBERS)}"  # some have to be the only ones of their name
    return None
