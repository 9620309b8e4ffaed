"""Criteria of sharing rules: fields that lie open (choices, yes or no, relations), compared with values."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

OPERATORS = ("is", "is_not")


def usable_fields(model: type[models.Model]) -> dict[str, models.Field]:
    """The fields of a model that criteria can ask for."""
    return {
        field.name: field
        for field in model._meta.concrete_fields
        if field.editable and (field.choices or field.is_relation or isinstance(field, models.BooleanField))
    }


def condition(model: type[models.Model], criteria: list[Any]) -> Q:
    """All of the criteria; criteria that don't make sense (any more) match nothing."""
    if not criteria:
        return Q(pk__in=[])
    found = Q()
    for entry in criteria:
        try:
            check(model, entry)
        except ValidationError:
            return Q(pk__in=[])
        name, operator, value = entry
        found &= Q(**{name: value}) if operator == "is" else ~Q(**{name: value})
    return found


def check(model: type[models.Model], entry: Any) -> None:
    """Raises ValidationError for what can't be asked."""
    if not (isinstance(entry, list | tuple) and len(entry) == 3 and entry[1] in OPERATORS):
        raise ValidationError(_("A criterion has a field, “is” or “is not”, and a value."))
    name, _operator, value = entry
    field = usable_fields(model).get(str(name))
    if field is None:
        raise ValidationError(_("“{name}” can't be used in criteria.").format(name=name))
    try:
        compared: Any = getattr(field, "target_field", field)
        compared.get_prep_value(compared.to_python(value))
    except (TypeError, ValueError, ValidationError):
        raise ValidationError(
            _("“{value}” is no value of “{name}”.").format(value=value, name=name)
        ) from None
    if field.choices and value not in dict(field.flatchoices):
        raise ValidationError(_("“{value}” is no value of “{name}”.").format(value=value, name=name))
