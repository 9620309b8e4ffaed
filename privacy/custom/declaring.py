"""Custom fields as declarations: each counts as a declared field, with the words that its administrator chose."""

from collections.abc import Iterator

from django.db import models

from privacy.custom.definitions import modules
from privacy.declaration import NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.models import CustomField


def declarations() -> Iterator[tuple[type[models.Model], CustomField, Personal | NotPersonal]]:
    """Every custom field with the model of its records and its declaration, as ``registry.declarations`` has them."""
    known = modules()
    for field in CustomField.objects.all():
        if field.module in known:
            yield known[field.module], field, declaration(field)


def declaration(field: CustomField) -> Personal | NotPersonal:
    """What an administrator said of a field, in the form in which models say it."""
    if not field.is_personal:
        return NotPersonal(field.name, field.not_personal)
    return Personal(
        field.name,
        Category(field.category),
        Purpose(field.purpose),
        LawfulBasis(field.basis),
        on_erase=OnErase.DELETE_ROW,
    )
