"""Lines of the register: one for each declared field, custom fields included."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from privacy import custom, registry
from privacy.custom.definitions import values_of
from privacy.declaration import INSTALLATION, SELF, Declared, NotPersonal, Personal, Secret, subject_paths
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.erasure import treatment
from privacy.models import CustomField
from privacy.people import kinds
from privacy.vault.fields import SealedField
from privacy.vault.files import SealedFileField


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: what it is called in the code and to people, what was declared, and how it is protected."""

    model: Any
    field: str
    label: str
    declaration: Declared
    protection: str
    custom: CustomField | None = None
    on_erase: OnErase | None = None

    @property
    def record(self) -> str:
        """What a record of this kind is called, in the plural."""
        return str(self.model._meta.verbose_name_plural)

    @property
    def purpose(self) -> Purpose | None:
        return Purpose(self.declaration.purpose) if isinstance(self.declaration, Personal) else None

    @property
    def category(self) -> Category | None:
        return Category(self.declaration.category) if isinstance(self.declaration, Personal) else None

    @property
    def basis(self) -> LawfulBasis | None:
        return LawfulBasis(self.declaration.basis) if isinstance(self.declaration, Personal) else None

    @property
    def kind(self) -> str:
        """As files name it: personal, not_personal or secret."""
        kinds = {Personal: "personal", NotPersonal: "not_personal", Secret: "secret"}
        return kinds[type(self.declaration)]

    @property
    def why(self) -> str:
        """Why it is no personal data."""
        return self.declaration.why if isinstance(self.declaration, NotPersonal) else ""


def entries() -> Iterator[Entry]:
    """Every declared field of every model, then every custom field."""
    for model, declaration in registry.declarations():
        field = model._meta.get_field(declaration.field)
        yield Entry(
            model,
            declaration.field,
            _label(field),
            declaration,
            _protection(model, field),
            on_erase=treatment.effect(declaration, field) if isinstance(declaration, Personal) else None,  # type: ignore[arg-type]
        )
    for model, defined, said in custom.declarations():
        on_erase = said.on_erase if isinstance(said, Personal) else None
        yield Entry(model, defined.name, defined.label, said, _of_custom(model, defined), defined, on_erase)


def whose(model: type[models.Model]) -> str:
    """Whose data the rows of a model are, in words."""
    named = [_person_at(model, path) for path in subject_paths(model)]
    return ", ".join(dict.fromkeys(filter(None, named))) or _("nobody’s in particular")


def _person_at(model: Any, path: str) -> str:
    if path == INSTALLATION:
        return _("the organisation itself")
    if path == SELF:
        return str(model._meta.verbose_name_plural)
    for step in path.split("."):
        field = model._meta.get_field(step)
        if isinstance(field, models.UUIDField):  # a person of whatever kind
            return ", ".join(str(kind._meta.verbose_name_plural) for kind in kinds())
        model = field.related_model
    return str(model._meta.verbose_name_plural)


def _label(field: Any) -> str:
    """What people call a field; "" for one that only the code names."""
    return "" if getattr(field, "_verbose_name", None) is None else str(field.verbose_name)


def _protection(model: Any, field: Any) -> str:
    if isinstance(field, SealedFileField):
        return _("encrypted in pieces, {key}").format(key=_key(model))
    if not isinstance(field, SealedField):
        return _("access rights")
    said = _("encrypted, {key}").format(key=_key(model))
    return said if field.index is None else _("{said}; found by a blind index").format(said=said)


def _key(model: Any) -> str:
    paths = subject_paths(model)
    return _("key of the installation") if paths == (INSTALLATION,) else _("a key for each person")


def _of_custom(model: Any, field: CustomField) -> str:
    if not field.is_encrypted:
        return _("access rights; lies unencrypted in the database")
    said = _("encrypted, {key}").format(key=_key(values_of(model)))
    return _("{said}; found by a blind index").format(said=said) if field.is_indexed else said
