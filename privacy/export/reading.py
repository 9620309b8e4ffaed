"""A person's records for reading: names instead of codes, moments in words, empty fields left out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.access.fields import custom_fields
from privacy.custom.reading import shown
from privacy.export.earlier import Earlier
from privacy.export.personal import Told, fields_of
from privacy.models.custom import PREFIX

PORTION = 200
MARKUP = "_html"  # the same text stands beside it, without markup


@dataclass(frozen=True, slots=True)
class Line:
    """One value in words; ``path`` leads to a file beside the page."""

    label: str
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Some rows of one kind; the first section of a kind bears its title."""

    title: str
    rows: list[list[Line]]


def sections(model: Any, rows: Iterable[Told]) -> Iterator[Section]:
    """A kind of record in portions."""
    labels = _labels(model)
    title, rows = str(model._meta.verbose_name_plural), iter(rows)
    while portion := list(islice(rows, PORTION)):
        yield Section(title, [list(_lines(model, labels, told)) for told in portion])
        title = ""


def of_earlier(found: Iterable[Earlier]) -> Iterator[Section]:
    """What stood there before, in portions."""
    title, found = _("What stood there before"), iter(found)
    while portion := list(islice(found, PORTION)):
        yield Section(title, [list(_before(each)) for each in portion])
        title = ""


def _before(each: Earlier) -> Iterator[Line]:
    model: Any = apps.get_model(each.kind)
    label = _labels(model).get(each.field, each.field)
    yield Line(f"{model._meta.verbose_name}: {label}", _in_words(model, each.field, each.value))
    until = timezone.localtime(datetime.fromisoformat(each.until))
    yield Line(_("until"), date_format(until, "DATETIME_FORMAT"))


def _labels(model: Any) -> dict[str, str]:
    """Fields that have a name for people; the others are for programs."""
    named = [each for each in fields_of(model) if each._verbose_name is not None]  # type: ignore[attr-defined]
    labels = {each.name: str(each.verbose_name) for each in named if not each.name.endswith(MARKUP)}
    labels |= {each.name: _("file") for each in fields_of(model) if hasattr(each, "upload_to")}
    return labels | {each.name: each.label for each in custom_fields(model)}


def _lines(model: Any, labels: dict[str, str], told: Told) -> Iterator[Line]:
    for name, label in labels.items():
        value = told.values.get(name)
        if value in (None, "", []):
            continue
        if isinstance(value, dict) and ("path" in value or "withheld" in value):
            yield (
                Line(label, _("kept back; ask us for it"), "")
                if "withheld" in value
                else _file(label, told, value)
            )
        else:
            yield Line(label, _in_words(model, name, value))


def _file(label: str, told: Told, value: dict[str, Any]) -> Line:
    return Line(label, str(told.values.get("filename") or value["path"]), value["path"])


def _in_words(model: Any, name: str, value: Any) -> str:
    if name.startswith(PREFIX):
        definition = next(each for each in custom_fields(model) if each.name == name)
        return shown(definition, tuple(value) if isinstance(value, list) else value)
    column = model._meta.get_field(name)
    if column.choices and not isinstance(value, list):
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _moment(column, value) or (", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _moment(column: Any, value: Any) -> str:
    kind = column.get_internal_type()
    if kind == "DateTimeField":
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    return date_format(date.fromisoformat(value), "DATE_FORMAT") if kind == "DateField" else ""
