"""What a customer decides about one consent: by a switch on a page of theirs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.consent import Stand
from privacy.web.consents import place

ON_PAGE = place("portal", _("Portal: privacy page"), is_form=False)
BY_LINK = place("mail", _("Link in our mail"), is_form=False)


class DecisionForm(forms.Form):
    """Which purpose, which answer, and the hash of the words that stood there."""

    asks_no_consent = "it decides about them"

    purpose = forms.ChoiceField()
    decision = forms.ChoiceField(choices=[("give", "give"), ("withdraw", "withdraw"), ("confirm", "confirm")])
    shown = forms.CharField(required=False, max_length=64)

    def __init__(self, data: Any, *, stands: list[Stand]) -> None:
        super().__init__(data)
        self.stands = {each.purpose.key: each for each in stands}
        self.fields["purpose"].choices = [(key, key) for key in self.stands]  # type: ignore[attr-defined]

    @property
    def stand(self) -> Stand:
        return self.stands[self.cleaned_data["purpose"]]

    @property
    def is_up_to_date(self) -> bool:
        """Whether the words that stood there are those in force."""
        return self.cleaned_data["shown"] == self.stand.wording.digest
