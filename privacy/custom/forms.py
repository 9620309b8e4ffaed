"""Custom fields in forms: one form field a definition, for every face."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.custom.reading import Slot
from privacy.custom.writing import check
from privacy.enums import FieldType
from privacy.models import CustomField
from privacy.values import LINE, LONG, PLACES

IN_FORMS = "custom_"
UNSAID = [("", gettext_lazy("Not said"))]
AS_INPUT = "%Y-%m-%dT%H:%M"


class CustomFieldsForm(forms.Form):
    """A form that also asks for custom fields; ``custom_values`` are what was filled in, by key.

    ``bound_by`` names the form field with the department (or whatever the fields are bound by): a field that isn't
    for the one chosen is neither required nor taken.
    """

    bound_by = "department"
    bound: UUID | None = None  # what is chosen where the form doesn't ask
    custom: Sequence[CustomField] = ()

    def add_custom(self, defined: Iterable[CustomField]) -> None:
        """Ask for these fields, too."""
        self.custom = list(defined)
        for each in self.custom:
            self.fields[in_form(each)] = form_field(each, required=each.is_required and not each.bounds)

    @property
    def custom_rows(self) -> list[tuple[forms.BoundField, str]]:
        """The fields to show, each with the ids of what it is only for."""
        return [(self[in_form(each)], " ".join(map(str, each.bounds))) for each in self.custom]

    def clean(self) -> dict[str, Any]:
        """Django's, and each custom field by its own rules."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.custom_values: dict[str, Any] = {}
        for each in self.custom:
            if (name := in_form(each)) in cleaned and self._is_asked(each):
                try:
                    self.custom_values[each.key] = check(each, cleaned[name])
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def refuse_custom(self, error: ValidationError) -> None:
        """Show what the verb found wrong beside the fields."""
        for key, said in error.message_dict.items():
            self.add_error(f"{IN_FORMS}{key}", said)

    def _is_asked(self, field: CustomField) -> bool:
        """Whether a field is for what was chosen."""
        chosen = getattr(self.cleaned_data.get(self.bound_by), "pk", self.bound)
        return not field.bounds or chosen in field.bounds


class SlotsForm(CustomFieldsForm):
    """The custom fields of one record that the viewer may write, as they stand."""

    def __init__(self, slots: Iterable[Slot], data: Any = None, **kwargs: Any) -> None:
        self.slots = {slot.field.key: slot for slot in slots if slot.may_write}
        super().__init__(data, **kwargs)
        self.add_custom(slot.field for slot in self.slots.values())
        for slot in self.slots.values():
            self.initial[in_form(slot.field)] = partial(getattr, slot, "value")

    def _is_asked(self, field: CustomField) -> bool:
        return True

    def of(self, key: str) -> forms.BoundField | None:
        """The form field of a definition, if it may be written."""
        return self[f"{IN_FORMS}{key}"] if key in self.slots else None


def in_form(field: CustomField) -> str:
    """The name of a custom field in a form."""
    return f"{IN_FORMS}{field.key}"


def form_field(field: CustomField, *, required: bool) -> forms.Field:
    """The form field of a definition."""
    made = MAKERS[FieldType(field.type)](
        field, {"label": field.label, "help_text": field.hint, "required": required}
    )
    made.error_messages["required"] = _("This field has to be filled in.")
    return made


def _number(_field: CustomField, said: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(**said)


def _decimal(_field: CustomField, said: dict[str, Any]) -> forms.Field:
    return forms.DecimalField(max_digits=18 + PLACES, decimal_places=PLACES, **said)


def _day(_field: CustomField, said: dict[str, Any]) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **said)


def _moment(_field: CustomField, said: dict[str, Any]) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AS_INPUT)
    return forms.DateTimeField(widget=widget, **said)


def _choice(field: CustomField, said: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=[*UNSAID, *field.choices], **said)


def _choices(field: CustomField, said: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(choices=field.choices, widget=forms.CheckboxSelectMultiple, **said)


def _yes_no(_field: CustomField, said: dict[str, Any]) -> forms.Field:
    answers = [*UNSAID, ("yes", _("Yes")), ("no", _("No"))]
    return YesNoField(choices=answers, coerce=lambda value: value == "yes", empty_value=None, **said)


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not said."""

    def prepare_value(self, value: Any) -> Any:
        return ("yes" if value else "no") if isinstance(value, bool) else value


MAKERS: dict[FieldType, Callable[[CustomField, dict[str, Any]], forms.Field]] = {
    FieldType.TEXT: lambda field, said: forms.CharField(max_length=LINE, **said),
    FieldType.LONG_TEXT: lambda field, said: forms.CharField(
        max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}), **said
    ),
    FieldType.NUMBER: _number,
    FieldType.DECIMAL: _decimal,
    FieldType.DAY: _day,
    FieldType.MOMENT: _moment,
    FieldType.EMAIL: lambda field, said: forms.EmailField(max_length=254, **said),
    FieldType.PHONE: lambda field, said: forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"type": "tel"}), **said
    ),
    FieldType.URL: lambda field, said: forms.URLField(assume_scheme="https", max_length=LINE, **said),
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
}
