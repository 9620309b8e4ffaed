"""The builder of criteria: each line is “is” or “is not”, and one value out of all that can be asked for."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.access import criteria, rights
from privacy.governance import Setup

LINES = 5
BETWEEN = "="
OPERATORS = [("is", gettext_lazy("is")), ("is_not", gettext_lazy("is not"))]


class CriteriaFields:
    """The lines of a form: ``operator_1`` and ``value_1``, and so on; a line without a value says nothing."""

    def __init__(self, module: str, known: list[Any]) -> None:
        self.values = dict(_offered(module))
        self.choices = [("", _("any")), *_grouped(module)]
        self.known = known

    def make(self) -> Iterator[tuple[str, forms.ChoiceField]]:
        """The form's fields, by name."""
        for line in range(LINES):
            name, operator, value = [*self.known, *[("", "is", "")] * LINES][line]
            yield f"operator_{line}", forms.ChoiceField(choices=OPERATORS, initial=operator, required=False)
            key = f"{name}{BETWEEN}{value}" if name else ""
            yield f"value_{line}", forms.ChoiceField(choices=self.choices, initial=key, required=False)

    def read(self, given: dict[str, Any]) -> list[Any]:
        """The criteria that were chosen, as rules keep them."""
        found = []
        for line in range(LINES):
            if key := given.get(f"value_{line}"):
                name, value = self.values[key]
                found.append([name, given.get(f"operator_{line}") or "is", value])
        return found


def told(module: str, known: list[Any]) -> str:
    """Criteria in words."""
    model = rights.modules().get(module)
    words = dict(_words(module)) if model is not None else {}
    said = []
    for name, operator, value in known:
        field, shown = words.get(f"{name}{BETWEEN}{value}", (name, value))
        sentence = _("{field} is {value}") if operator == "is" else _("{field} is not {value}")
        said.append(sentence.format(field=field, value=shown))
    return _(" and ").join(said)


def _offered(module: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    for field in _fields(module):
        for value, _label in _values(field):
            yield f"{field.name}{BETWEEN}{value}", (field.name, value)


def _words(module: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for field in _fields(module):
        for value, label in _values(field):
            yield f"{field.name}{BETWEEN}{value}", (str(capfirst(field.verbose_name)), label)


def _grouped(module: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for field in _fields(module):
        label = str(capfirst(field.verbose_name))
        lines = [(f"{field.name}{BETWEEN}{value}", f"{label}: {said}") for value, said in _values(field)]
        yield label, lines


def _fields(module: str) -> Iterator[models.Field]:
    """What can be chosen from a list: not people, who are many and have no place in a rule."""
    for field in criteria.usable_fields(rights.modules()[module]).values():
        target = getattr(field.related_model, "governed_by", None)
        if not field.is_relation or isinstance(target, Setup):
            yield field


def _values(field: Any) -> Iterator[tuple[Any, str]]:
    if field.choices:
        yield from ((value, str(label)) for value, label in field.flatchoices if value != "")
    elif field.is_relation:
        for row in field.related_model.objects.all():
            yield str(row.pk), str(getattr(row, "full_name", "") or row)
    else:
        yield from ((True, _("yes")), (False, _("no")))
