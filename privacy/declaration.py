"""How a model says which of its fields are personal data: once, beside the fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import models

from privacy.enums import Category, LawfulBasis, OnErase, Purpose

INSTALLATION = "installation"
SELF = "self"
SUBJECT_ID = "subject_id"
INSTALLATION_ID = uuid5(UUID(int=0), "the installation itself")


@dataclass(frozen=True)
class Personal:
    """A field that holds personal data (Art. 4 (1) GDPR) and what the law wants to know of it (Art. 30)."""

    field: str
    category: Category
    purpose: Purpose
    basis: LawfulBasis
    on_erase: OnErase = OnErase.SHRED


@dataclass(frozen=True)
class NotPersonal:
    """A text, e-mail, file or JSON field that holds no personal data, and why that is so."""

    field: str
    why: str


@dataclass(frozen=True)
class Secret:
    """A sealed field that holds a secret of the installation (a password, a token), nobody's personal data."""

    field: str


Declared = Personal | NotPersonal | Secret


def declared(model: type[models.Model]) -> dict[str, Declared]:
    """A model's declarations by field name, those of its abstract parents included."""
    found: dict[str, Declared] = {}
    for parent in reversed(model.__mro__):
        found |= {entry.field: entry for entry in vars(parent).get("personal_data", ())}
    return found


def subject_paths(model: type[models.Model]) -> tuple[str, ...]:
    """The paths to the person whose data a row of this model is, in the order in which they are tried."""
    paths = getattr(model, "data_subject", ())
    return (paths,) if isinstance(paths, str) else tuple(paths)


def subject_id(row: Any) -> UUID:
    """The id of the person whose data this row is. Raises LookupError when no path leads to one."""
    for path in subject_paths(type(row)):
        if (found := _follow(row, path)) is not None:
            return found
    raise LookupError(f"{row._meta.label} {row.pk}: no data subject behind {subject_paths(type(row))}")


def _follow(row: Any, path: str) -> UUID | None:
    if path == SELF:
        own: UUID = row.pk
        return own
    if path == INSTALLATION:
        return INSTALLATION_ID
    *steps, last = path.split(".")
    for step in steps:
        row = getattr(row, step)
        if row is None:
            return None
    found: UUID | None = getattr(row, row._meta.get_field(last).attname)
    return found


def subject_lookups(model: type[models.Model]) -> Iterable[str]:
    """The same paths as lookups of the ORM (``ticket__requester``), without the installation."""
    for path in subject_paths(model):
        if path != INSTALLATION:
            yield "pk" if path == SELF else path.replace(".", "__")
