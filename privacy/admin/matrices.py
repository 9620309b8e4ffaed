"""What the pages of a profile lay out: rights by room, rights to fields with a preview of the form."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy import masking, profiles
from privacy.access import fields, rights
from privacy.access.clauses import module_of
from privacy.declaration import Personal, declared
from privacy.enums import Act, Category, FieldRight
from privacy.governance import ADMINISTRATION, Right
from privacy.models import FieldPermission, Profile

MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module and the codes of the rights to its records, in the order of the acts."""

    label: str
    codes: list[tuple[Act, str]]


@dataclass(frozen=True, slots=True)
class Room:
    """Named rights that belong together."""

    label: str
    rights: list[Right]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field, what can be set for it, what is, and how the form shows it then."""

    model: type[models.Model]
    name: str
    label: str
    right: FieldRight
    choices: tuple[FieldRight, ...]
    is_personal: bool
    is_mandatory: bool
    example: str

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    @property
    def masked(self) -> str:
        return masking.masked(self.example)


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The fields of one kind of record, and whether the profile sees or writes such at all."""

    label: str
    rows: list[FieldRow]
    is_seen: bool
    is_written: bool


def of_modules() -> list[ModuleRow]:
    """Modules against acts."""
    return [
        ModuleRow(str(module_of(model).label), [(act, rights.module_right(code, act)) for act in Act])
        for code, model in rights.modules().items()
    ]


def of_named_rights() -> list[Room]:
    """The other rights, by the module that they belong to; administration comes last."""
    rooms: dict[str, list[Right]] = defaultdict(list)
    for right in rights.named_rights().values():
        rooms[right.room].append(right)
    last = rooms.pop(ADMINISTRATION, [])
    known = {code: str(module_of(model).label) for code, model in rights.modules().items()}
    return [
        *(Room(known.get(code, capfirst(code)), listed) for code, listed in rooms.items()),
        Room(_("Administration"), last),
    ]


def summary(profile: Profile) -> dict[str, Any]:
    """A profile at a glance: acts by module, and how much else."""
    codes = profiles.rights_of(profile)
    acts = [(row.label, [(act, code in codes) for act, code in row.codes]) for row in of_modules()]
    named = [str(right.label) for code, right in rights.named_rights().items() if code in codes]
    return {"acts": acts, "named": named[:MOST_TOLD], "more": max(len(named) - MOST_TOLD, 0)}


def of_fields(profile: Profile) -> list[FieldTable]:
    """Every kind of record whose fields can be withheld."""
    rows = FieldPermission.objects.filter(profile=profile).values_list("model", "field", "right")
    known = {(model, field): FieldRight(right) for model, field, right in rows}
    codes = profiles.rights_of(profile)
    return [_table(model, known, codes) for model in fields.governable_models()]


@transaction.atomic
def save_fields(profile: Profile, chosen: Iterable[tuple[FieldRow, str]], *, by: Any) -> None:
    """What was chosen for each field; what wasn't sent stays. Raises ValidationError."""
    for row, right in chosen:
        if right in FieldRight.values and right != row.right:
            profiles.set_field_right(profile, row.model, row.name, FieldRight(right), by=by)


def _table(model: Any, known: dict[tuple[str, str], FieldRight], codes: frozenset[str]) -> FieldTable:
    code = module_of(fields.module_over(model)).code
    return FieldTable(
        label=str(capfirst(model._meta.verbose_name_plural)),
        rows=[_row(model, field, known) for field in fields.governable_fields(model)],
        is_seen=rights.module_right(code, Act.VIEW) in codes,
        is_written=bool({rights.module_right(code, act) for act in (Act.CREATE, Act.UPDATE)} & codes),
    )


def _row(model: Any, field: Any, known: dict[tuple[str, str], FieldRight]) -> FieldRow:
    entry = declared(model).get(field.name)
    return FieldRow(
        model=model,
        name=field.name,
        label=str(capfirst(field.verbose_name)),
        right=known.get((model._meta.label_lower, field.name), FieldRight.WRITE),
        choices=profiles.choices_for(model, field.name),
        is_personal=isinstance(entry, Personal),
        is_mandatory=field.name in fields.mandatory_fields(model),
        example=str(_example(field, entry)),
    )


def _example(field: Any, entry: Any) -> str | Promise:
    """Something that could stand in this field."""
    if isinstance(entry, Personal) and entry.category in EXAMPLES:
        return EXAMPLES[entry.category]
    if field.choices:
        label: str = field.flatchoices[0][1]
        return label
    return "…"


EXAMPLES = {
    Category.IDENTITY: "Anna Ahrens",
    Category.CONTACT: "anna@post.example",
    Category.CONTENT: "Lorem ipsum …",
}
