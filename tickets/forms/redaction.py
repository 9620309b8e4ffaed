"""What is to be blacked out of a message, and why."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from privacy.redaction import Spot


class RedactionForm(forms.Form):
    """Suggestions with a box each, words that the agent names, a reason."""

    asks_no_consent = "it takes personal data away"

    found = forms.MultipleChoiceField(
        label=_("Found in this message"), widget=forms.CheckboxSelectMultiple, required=False
    )
    what = forms.CharField(
        label=_("What to black out"),
        help_text=_("One on each line. Mark text in the message above and press “Take what is marked”."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
        required=False,
    )
    with_subject = forms.BooleanField(label=_("In the subject, too"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Everybody who sees the ticket sees it. Don’t repeat what is blacked out."),
        max_length=300,
    )

    def __init__(self, *args: Any, spots: list[Spot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {spot.text: f"{spot.kind.label}: {spot.text}" for spot in spots}
        self.fields["found"].choices = list(choices.items())  # type: ignore[attr-defined]
        if not choices:
            del self.fields["found"]

    def clean(self) -> dict[str, Any]:
        """Something has to go."""
        given = super().clean() or self.cleaned_data
        named = [line.strip() for line in given.get("what", "").splitlines() if line.strip()]
        self.texts = list(dict.fromkeys([*given.get("found", []), *named]))
        if not self.texts:
            raise ValidationError(_("Choose or write what is to be blacked out."))
        return given
