"""Custom fields: what administrators add to tickets, contacts and organisations, and the values in them."""

from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from privacy import lens, registry
from privacy.declaration import NotPersonal, Personal
from privacy.enums import Category, FieldType, LawfulBasis, OnErase, PortalUse, Purpose
from privacy.governance import Setup
from privacy.lens import Sight
from privacy.masking import masked
from privacy.models.base import Record
from privacy.values import CHOOSING, Kind, Value, kind_of
from privacy.vault.blind import mac
from privacy.vault.fields import BlindIndexField, SealedTextField, is_erased

MANAGE = "manage_fields"
PREFIX = "custom."
COLUMNS = ("text", "number", "day", "moment")
OPEN = Q(*((f"{column}__isnull", False) for column in COLUMNS), _connector=Q.OR)
SEALED = Q(sealed__isnull=False)
SETUP = "what administrators call a field; the form says that it is no place for people's data"


class CustomField(Record):
    """One field that administrators added to a kind of record.

    ``is_encrypted`` says in which form values are written; until ``converted_at`` is set, some still lie in the
    other one. ``bounds`` are the departments (or whatever the module is bound by) that it is for; none: all.
    """

    module = models.CharField(_("of"), max_length=60, editable=False)
    key = models.CharField(
        _("key"),
        max_length=40,
        validators=[
            RegexValidator(r"\A[a-z][a-z0-9_]*\Z", _("Small letters, digits and _; a letter comes first."))
        ],
        help_text=_("Names the field in exports and rights. It can't be changed later."),
    )
    type = models.CharField(_("type"), max_length=10, choices=FieldType.choices, editable=False)
    labels = models.JSONField(_("labels"), default=dict)
    hints = models.JSONField(_("hints"), default=dict, blank=True)
    options = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    bounds = ArrayField(models.UUIDField(), verbose_name=_("only in"), default=list, blank=True)

    is_required = models.BooleanField(_("has to be filled in"), default=False)
    is_unique = models.BooleanField(_("no two records have the same value"), default=False)
    is_filterable = models.BooleanField(_("lists can be filtered by it"), default=False)
    portal = models.CharField(
        _("customers in the portal"), max_length=5, choices=PortalUse.choices, default=PortalUse.NONE
    )

    category = models.CharField(
        _("kind of personal data"), max_length=12, choices=Category.choices, blank=True
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, blank=True)
    basis = models.CharField(_("legal basis"), max_length=22, choices=LawfulBasis.choices, blank=True)
    not_personal = models.CharField(_("not personal, because"), max_length=200, blank=True)
    is_encrypted = models.BooleanField(_("encrypted"), default=True)
    converted_at = models.DateTimeField(null=True, editable=False)

    governed_by = Setup(manage=MANAGE)
    personal_data: ClassVar = [
        NotPersonal("module", "the name of a model"),
        NotPersonal("key", SETUP),
        NotPersonal("labels", SETUP),
        NotPersonal("hints", SETUP),
        NotPersonal("options", SETUP),
        NotPersonal("bounds", "ids of departments"),
        NotPersonal("not_personal", "why a field holds no personal data"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["module", "position", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "key"],
                condition=Q(deleted_at__isnull=True),
                name="custom_field_once",
                violation_error_message=_("There is a field with this key already."),
            ),
            models.CheckConstraint(
                condition=~Q(not_personal="") | ~(Q(category="") | Q(purpose="") | Q(basis="")),
                name="custom_field_is_declared",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """Its name among the fields of its records: in rights, exports and the register."""
        return f"{PREFIX}{self.key}"

    @property
    def label(self) -> str:
        """In the reader's language."""
        return in_words(self.labels) or self.key

    @property
    def hint(self) -> str:
        """In the reader's language."""
        return in_words(self.hints)

    @property
    def kind(self) -> Kind:
        return kind_of(self.type)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The codes that can be chosen, with their words."""
        return [(option["key"], in_words(option["labels"]) or option["key"]) for option in self.options]

    @property
    def is_personal(self) -> bool:
        return not self.not_personal

    @property
    def is_indexed(self) -> bool:
        """Whether values are found by their blind index: the same one, encrypted or not."""
        return self.is_unique or self.is_filterable

    @property
    def is_chosen(self) -> bool:
        return self.type in CHOOSING

    def index_of(self, value: Value) -> bytes:
        """The blind index of a value; each field has a domain of its own."""
        return mac(f"custom.{self.pk}", self.kind.folded(self.kind.to_text(value)))

    def applies_to(self, record: Any) -> bool:
        """Whether it is for records of this one's department."""
        bound = value_models()[self.module].bound
        return not (self.bounds and bound) or getattr(record, f"{bound}_id") in self.bounds


class ValueIndexField(BlindIndexField):
    """A blind index that the field definition makes; ``CustomValue.put`` sets it."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        return getattr(model_instance, self.attname)


class CustomValue(Record):
    """A value in a custom field. Subclasses name the record in ``of``, and in ``bound`` what fields can be limited by.

    It lies sealed, or in the column of its type: in whichever form it was written last.
    """

    bound: ClassVar[str] = ""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="+", db_index=False)
    sealed = SealedTextField(blank=True, editable=False)
    text = models.TextField(null=True, editable=False)  # noqa: DJ001  (an empty text is a value of its own)
    number = models.DecimalField(null=True, editable=False, max_digits=26, decimal_places=8)
    day = models.DateField(null=True, editable=False)
    moment = models.DateTimeField(null=True, editable=False)
    index = ValueIndexField(editable=False, db_index=False)
    is_unique = models.BooleanField(default=False, editable=False)

    personal_data: ClassVar = [
        Personal(
            "sealed", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT, on_erase=OnErase.DELETE_ROW
        ),
        NotPersonal("text", "only of fields that administrators left unencrypted; deleted with the person"),
        NotPersonal("day", "only of fields that administrators left unencrypted; deleted with the person"),
    ]

    class Meta(Record.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["of", "field"], condition=Q(deleted_at__isnull=True), name="%(class)s_once"
            ),
            models.UniqueConstraint(
                fields=["field", "index"],
                condition=Q(deleted_at__isnull=True, is_unique=True),
                name="%(class)s_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["field", "index"], name="%(class)s_find"),
            models.Index(fields=["field", "number"], name="%(class)s_number"),
            models.Index(fields=["field", "day"], name="%(class)s_day"),
            models.Index(fields=["field", "moment"], name="%(class)s_moment"),
        ]

    @property
    def value(self) -> Any:
        """As the one who looks may see it; None where nothing was said."""
        return read(self, self.field)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing; it isn't opened for that."""
        return not self.__dict__.get("sealed") and all(getattr(self, column) is None for column in COLUMNS)

    def put(self, value: Value | None) -> None:
        """Hold this, in the form in which the field is written now."""
        for column in COLUMNS:
            setattr(self, column, None)
        self.sealed = ""
        self.index, self.is_unique = None, self.field.is_unique
        if value is None:
            return
        kind = self.field.kind
        if self.field.is_encrypted:
            self.sealed = kind.to_text(value)
        else:
            setattr(self, kind.column, kind.to_text(value) if kind.column == "text" else value)
        if self.field.is_indexed:
            self.index = self.field.index_of(value)


def read(row: Any, field: CustomField) -> Any:
    """The value of a row, or of an entry of its history: seen through the lens that is on."""
    sight = lens.of(row, "sealed")
    if sight == Sight.NOTHING:
        return None
    with lens.lifted():
        text = row.sealed
    if is_erased(text):
        return text
    value = field.kind.from_text(text) if text else _plain(row, field)
    if sight == Sight.MASKED and value is not None:
        return masked(field.kind.to_text(value))
    return value


def _plain(row: Any, field: CustomField) -> Any:
    value = getattr(row, field.kind.column)
    if value is None:
        return None
    if field.kind.column == "number":
        return field.kind.from_text(format(value.quantize(1) if value == value.to_integral() else value, "f"))
    return field.kind.from_text(value) if field.kind.column == "text" else value


def in_words(words: dict[str, str]) -> str:
    """What was written for the reader's language, or for the installation's, or at all."""
    for language in ((get_language() or "")[:2], settings.LANGUAGE_CODE[:2], *words):
        if said := words.get(language):
            return said
    return ""


@cache
def value_models() -> dict[str, type[CustomValue]]:
    """The kinds of records that can have custom fields (by label), with the model of their values."""
    found: dict[str, type[CustomValue]] = {}
    for model in registry.first_party_models():
        if issubclass(model, CustomValue):
            meta: Any = model._meta
            of = meta.get_field("of").related_model
            found[of._meta.label_lower] = model
    return found


def owner_of(model: Any) -> str:
    """The label of the records that a model of values belongs to."""
    return next(label for label, values in value_models().items() if values is model)
