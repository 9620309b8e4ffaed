"""The form that narrows a list of tickets by custom fields."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacy.custom.forms import form_field, in_form
from privacy.models import CustomField
from tickets.narrowing import Wish, is_range, wishes

UP_TO = "_to"


class NarrowingForm(forms.Form):
    """One box a field; two where a range can be asked for."""

    def __init__(self, offered: Iterable[CustomField], data: Any = None) -> None:
        super().__init__(data, auto_id="narrow_%s")
        self.offered = list(offered)
        for field in self.offered:
            self.fields[in_form(field)] = box = form_field(field, required=False)
            box.help_text = ""
            if is_range(field):
                box.label = _("{field} from").format(field=field.label)
                self.fields[in_form(field) + UP_TO] = other = form_field(field, required=False)
                other.label, other.help_text = _("{field} up to").format(field=field.label), ""

    def wishes(self) -> list[Wish]:
        """What was asked for; the form is valid."""
        found: list[Wish] = []
        for field in self.offered:
            name = in_form(field)
            given = (self.cleaned_data.get(name), self.cleaned_data.get(name + UP_TO))
            try:
                found += wishes(field, *given)
            except (ValueError, ArithmeticError) as error:
                self.add_error(name, ValidationError(_(str(error))))
        return found
