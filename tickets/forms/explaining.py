"""The question: may this person see that?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy import access
from privacy.models import User
from tickets.models import Ticket


class ByName(forms.ModelChoiceField):
    """Colleagues by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class QuestionForm(forms.Form):
    """An agent, a ticket, or both."""

    agent = ByName(User.objects.none(), label=_("Agent"), required=False, empty_label=_("everybody"))
    number = forms.IntegerField(label=_("Number of the ticket"), required=False, min_value=1)

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        seen = access.visible(viewer, User.objects.filter(is_active=True))
        self.fields["agent"].queryset = seen  # type: ignore[attr-defined]

    def clean_number(self) -> int | None:
        """Only tickets that the asker may see themselves."""
        number: int | None = self.cleaned_data["number"]
        if number and not access.visible(self.viewer, Ticket.objects.filter(number=number)).exists():
            raise ValidationError(gettext("There is no ticket with this number that you can see."))
        return number
