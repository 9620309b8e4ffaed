"""What the portal's privacy notice says (Art. 13 GDPR): read from the declarations, so that it can't go stale."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from contacts.models import Contact
from privacy import registry
from privacy.declaration import INSTALLATION, SELF, Personal, subject_paths


@dataclass(frozen=True, slots=True)
class Kept:
    """What of one kind of record is kept about customers: why, on what ground, and what erasing does to it."""

    record: str
    purpose: str
    basis: str
    on_erase: str
    fields: list[str] = field(default_factory=list)


def kept_about_customers() -> list[Kept]:
    """Every declared personal field whose data subject can be a customer."""
    found: dict[tuple[Any, ...], Kept] = {}
    for model, entry in registry.personal_fields():
        if not _is_about_customers(model):
            continue
        row = found.setdefault((model, entry.purpose, entry.basis, entry.on_erase), _row(model, entry))
        row.fields.append(str(model._meta.get_field(entry.field).verbose_name))
    return list(found.values())


def _row(model: type[Model], entry: Personal) -> Kept:
    return Kept(
        str(model._meta.verbose_name),
        str(entry.purpose.label),
        str(entry.basis.label),
        str(entry.on_erase.label),
    )


def _is_about_customers(model: type[Model]) -> bool:
    return any(_subject_model(model, path) is Contact for path in subject_paths(model))


def _subject_model(model: Any, path: str) -> Any:
    if path in (SELF, INSTALLATION):
        return model if path == SELF else None
    for step in path.split("."):
        model = model._meta.get_field(step).related_model
    return model
