"""All that is one person's data, read from the declarations: each kind of record, row by row, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import BooleanField, Case, Value, When

from privacy import people
from privacy.access.fields import custom_fields
from privacy.checks import holds_free_text
from privacy.custom.definitions import values_of
from privacy.declaration import INSTALLATION, subject_lookups, subject_paths
from privacy.export.discretion import Discretion, holds_contacts_of_others
from privacy.models import CustomField, CustomValue, Parcel, Person
from privacy.models.custom import value_models
from privacy.registry import is_secret
from privacy.vault.fields import is_erased
from privacy.vault.files import FileErasedError, SealedFieldFile, SealedFileField

PORTION = 500


@dataclass(slots=True)
class Told:
    """One row: its values by field, as JSON knows them; its files; whether the portal doesn't show it (a note)."""

    values: dict[str, Any]
    files: list["Enclosed"] = field(default_factory=list)
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a row, under its name in the archive."""

    path: str
    file: SealedFieldFile

    def chunks(self) -> Iterator[bytes]:
        """Its content; nothing where it was erased."""
        try:
            yield from self.file.plain_chunks()
        except FileErasedError:
            return


def kinds(person: Person) -> list[type[models.Model]]:
    """Every kind of record that can be this person's data: themselves first.

    Custom values are told with their record. What also belongs to the installation isn't shown to the person as long
    as it stands (a legal hold): the declaration says so.
    """
    others = [
        model
        for model in people.models_about_them()
        if INSTALLATION not in subject_paths(model) and not issubclass(model, CustomValue)
    ]
    return [type(person), *others]


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """What is told of a row: every stored field but secrets, hashes and indexes."""
    return [
        each
        for each in model._meta.concrete_fields
        if not is_secret(model, each) and not _is_own_file(model, each)
    ]


def names_of(model: type[models.Model]) -> list[str]:
    """The same by name, custom fields included."""
    return [*(each.name for each in fields_of(model)), *(each.name for each in custom_fields(model))]


def rows(model: Any, discretion: Discretion) -> Iterator[Told]:
    """The person's rows of a kind, by key; those in the recycle bin too: they are still kept."""
    defined = custom_fields(model) if model._meta.label_lower in value_models() else []
    for portion in portions(model, discretion):
        yield from _told(model, portion, defined, discretion)


def portions(model: Any, discretion: Discretion) -> Iterator[list[Any]]:
    """The same as records; each knows whether it is internal (``is_internal``) where that can be."""
    found = people.rows_about(model, list(discretion.ids)).order_by("pk")
    internal = getattr(model, "hidden_from_subject", None)
    if internal is not None:
        hidden = Case(When(internal, then=Value(True)), default=Value(False), output_field=BooleanField())
        found = found.annotate(is_internal=hidden)
    last: Any = None
    while portion := list((found if last is None else found.filter(pk__gt=last))[:PORTION]):
        last = portion[-1].pk
        yield portion


def internal_texts(model: Any, discretion: Discretion) -> Iterator[str]:
    """All texts of rows that the person doesn't see in the portal (notes, drafts)."""
    internal = getattr(model, "hidden_from_subject", None)
    if internal is None:
        return
    names = [each.attname for each in fields_of(model) if holds_free_text(each)]
    for row in (
        people.rows_about(model, list(discretion.ids)).filter(internal).order_by("pk").iterator(PORTION)
    ):
        held = (getattr(row, name) for name in names)
        yield from (value for value in held if isinstance(value, str) and not is_erased(value))


def _told(
    model: Any, portion: list[Any], defined: list[CustomField], discretion: Discretion
) -> Iterator[Told]:
    fields = fields_of(model)
    others = _other_people(fields, portion, discretion)
    names = _names(fields, portion)
    extra = _added(model, portion) if defined else {}
    for row in portion:
        told = Told({}, is_internal=bool(getattr(row, "is_internal", False)))
        for each in fields:
            told.values[each.name] = _value(row, each, told, discretion, others, names)
        for added in defined:
            told.values[added.name] = plain(extra.get((row.pk, added.pk)))
        yield told


def _added(model: Any, portion: list[Any]) -> dict[tuple[UUID, UUID], Any]:
    """What stands in the custom fields of these rows; of what lies in the bin, too."""
    held = values_of(model).everything.filter(of__in=[row.pk for row in portion]).select_related("field")
    return {(value.of_id, value.field_id): value.value for value in held.order_by("created_at", "id")}


def _value(
    row: Any, each: Any, told: Told, discretion: Discretion, others: set[UUID], names: dict[Any, str]
) -> Any:
    if isinstance(each, SealedFileField):
        return _file(row, each, told)
    held = getattr(row, each.attname)
    if held is None or each.primary_key:
        return plain(held)
    if isinstance(held, UUID):
        return names.get(held) or discretion.someone(held, others)
    value = plain(held)
    is_discreet = told.is_internal or holds_contacts_of_others(type(row), each.name)
    is_text = isinstance(value, str) and holds_free_text(each)
    return discretion.blacked(value) if is_discreet and is_text else value


def _file(row: Any, each: Any, told: Told) -> Any:
    """Where the file lies in the archive; of internal rows only that it is there: nobody has looked what is in it."""
    held: SealedFieldFile = getattr(row, each.name)
    if not held:
        return None
    if told.is_internal:
        return {"withheld": True}
    name = str(getattr(row, "filename", "") or "")
    path = f"files/{row.pk}{'-' + _safe(name) if name and not is_erased(name) else ''}"
    told.files.append(Enclosed(path, held))
    return {"path": path}


def _safe(name: str) -> str:
    """A file name that stays in its folder, whatever it was called."""
    return "".join(c if c.isalnum() or c in "._- " else "_" for c in name).strip(". ")[-120:]


def plain(value: Any) -> Any:
    """A value as JSON knows it; None for what can't be read any more."""
    if value is None or is_erased(value):
        return None
    if isinstance(value, bool | int | float | str | dict):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _other_people(fields: list[Any], portion: list[Any], discretion: Discretion) -> set[UUID]:
    """Those uuids in these rows that are people, but neither the person nor staff."""
    uuids = {
        held
        for row in portion
        for each in fields
        if not each.primary_key and isinstance(held := getattr(row, each.attname), UUID)
    }
    unknown = uuids - discretion.ids - discretion.roles.keys()
    return {
        pk
        for kind in (people.kinds() if unknown else ())
        for pk in kind.everything.filter(pk__in=unknown).values_list("pk", flat=True)
    }


def _names(fields: list[Any], portion: list[Any]) -> dict[Any, str]:
    """What set-up is called that these rows point to (departments, tags): it is nobody's data."""
    found: dict[Any, str] = {}
    for each in fields:
        other: Any = each.related_model if each.is_relation else None
        if other is not None and not any(True for _ in subject_lookups(other)):
            ids = {getattr(row, each.attname) for row in portion} - {None}
            rows_of_it = other._base_manager.filter(pk__in=ids)
            found |= {row.pk: str(row.caption() if hasattr(row, "caption") else row) for row in rows_of_it}
    return found


def _is_own_file(model: Any, each: models.Field) -> bool:
    """A package isn't in the package."""
    return issubclass(model, Parcel) and isinstance(each, SealedFileField)
