"""Custom fields in the administration of the records that have them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from privacy import custom
from privacy.custom.definitions import writable
from privacy.custom.forms import form_field, in_form
from privacy.custom.writing import check, refuse_taken
from privacy.web.administration import RecordAdmin, SecretsForm


class CustomisedForm(SecretsForm):
    """A record's form that also asks for its custom fields; those that may only be read are shown."""

    slots: tuple[custom.Slot, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in self.slots:
            self.initial[in_form(slot.field)] = slot.value if slot.may_write else slot.text

    def clean(self) -> dict[str, Any]:
        """Django's, and each custom field by its own rules."""
        cleaned = super().clean()
        self.custom_values: dict[str, Any] = {}
        for field in (slot.field for slot in self.slots if slot.may_write):
            if (name := in_form(field)) in cleaned:
                try:
                    self.custom_values[field.key] = value = check(field, cleaned[name])
                    refuse_taken(field, value, self.instance)
                except ValidationError as error:
                    self.add_error(name, error.messages)
        return cleaned


class CustomisedAdmin(RecordAdmin):
    """The administration of a kind of Record that can have custom fields."""

    form = CustomisedForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form with a field for each definition."""
        slots = self._slots(request, obj)
        asked: dict[str, Any] = {in_form(slot.field): _box(slot) for slot in slots}
        base = self.form_base(request, obj)
        kwargs["form"] = type(base.__name__, (base,), {**asked, "slots": slots})
        return super().get_form(request, obj, change=change, **kwargs)

    def form_base(self, request: HttpRequest, obj: Any) -> Any:
        """What the form is made from."""
        return self.form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Theirs, and one more."""
        names = [in_form(slot.field) for slot in self._slots(request, obj)]
        more = [(_("Custom fields"), {"fields": names})] if names else []
        return [*super().get_fieldsets(request, obj), *more]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        (custom.set_values if change else custom.fill)(obj, form.custom_values, by=request.user)

    def _slots(self, request: HttpRequest, obj: Any) -> tuple[custom.Slot, ...]:
        if obj is not None:
            return tuple(custom.slots(obj, request.user))
        return tuple(custom.Slot(field, None, True) for field in writable(request.user, self.model))


def _box(slot: custom.Slot) -> forms.Field:
    if slot.may_write:
        return form_field(slot.field, required=slot.field.is_required)
    return forms.CharField(label=slot.field.label, disabled=True, required=False)
