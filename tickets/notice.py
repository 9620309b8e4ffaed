"""The portal's privacy notice (Art. 13 GDPR): read from the declarations, so that it can't go stale."""

from dataclasses import dataclass
from dataclasses import field as made_with
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from privacy import registry
from privacy.declaration import INSTALLATION, SELF, Personal, subject_paths
from privacy.enums import Category

SAID_TO_YOU = {
    Category.IDENTITY: _("Who you are"),
    Category.CONTACT: _("How to reach you"),
    Category.CONTENT: _("What you and we wrote"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data that is kept about customers: why, on what ground, and in which records."""

    category: str
    purpose: str
    basis: str
    records: dict[str, list[str]] = made_with(default_factory=dict)

    @property
    def where(self) -> list[str]:
        """The records with the names of their fields: ``message (text, quoted text)``."""
        told = self.records.items()
        return [f"{record} ({', '.join(names)})" if names else record for record, names in told]


def kept_about_customers() -> list[Kept]:
    """Every declared personal field whose data subject can be a customer; those of one kind stand together."""
    found: dict[tuple[str, ...], Kept] = {}
    for model, entry in registry.personal_fields():
        if _is_about_customers(model):
            row = found.setdefault((entry.category, entry.purpose, entry.basis), _row(entry))
            names = row.records.setdefault(str(model._meta.verbose_name), [])
            names.extend(_human_name(model, entry.field))
    kinds = list(dict.fromkeys(row.category for row in found.values()))
    return sorted(found.values(), key=lambda row: kinds.index(row.category))


def _row(entry: Personal) -> Kept:
    category = str(SAID_TO_YOU.get(entry.category, entry.category.label))
    return Kept(category, str(entry.purpose.label), str(entry.basis.label))


def _human_name(model: type[Model], name: str) -> list[str]:
    """The field's name for people; a field without one is told by its record."""
    field: Any = model._meta.get_field(name)
    return [] if field._verbose_name is None else [str(field.verbose_name)]


def _is_about_customers(model: type[Model]) -> bool:
    if registry.subject_columns(model):  # whoever it is
        return True
    return any(_subject_model(model, path) is Contact for path in subject_paths(model))


def _subject_model(model: Any, path: str) -> Any:
    if path in (SELF, INSTALLATION):
        return model if path == SELF else None
    for step in path.split("."):
        model = model._meta.get_field(step).related_model
    return model
