"""What staff write down about a breach."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import access
from privacy.breach import kinds_of_records
from privacy.enums import BreachScope, Category, Risk
from privacy.models import Breach, User

FORMAT = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A day and a time, as browsers ask for it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)
    input_formats = (FORMAT, "%Y-%m-%dT%H:%M:%S")


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BreachForm(forms.Form):
    """The whole record; only a little of it is known in the first hour."""

    asks_no_consent = "our own words, about a breach"

    title = forms.CharField(label=_("In a few words"), max_length=200)
    what = forms.CharField(label=_("What happened"), widget=area(5), max_length=20_000)
    began_at = Moment(label=_("From"))
    ended_at = Moment(label=_("Until"), help_text=_("Empty: still going on, or not known."), required=False)
    known_at = Moment(
        label=_("When it became known"), help_text=_("The 72 hours begin here (Art. 33 (1) GDPR).")
    )
    categories = forms.MultipleChoiceField(
        label=_("What kinds of data"), choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    scope = forms.ChoiceField(label=_("Who is affected"), choices=BreachScope.choices)
    account = forms.ModelChoiceField(
        label=_("Account"),
        help_text=_("Whose openings in that time count, as the log has them."),
        queryset=User.objects.none(),
        required=False,
    )
    modules = forms.MultipleChoiceField(
        label=_("Kinds of records"), widget=forms.CheckboxSelectMultiple, required=False
    )
    consequences = forms.CharField(
        label=_("Likely consequences"), widget=area(), max_length=10_000, required=False
    )
    measures = forms.CharField(
        label=_("What was done, and what will be done"), widget=area(), max_length=10_000, required=False
    )
    risk = forms.ChoiceField(label=_("Risk for the persons"), choices=Risk.choices)
    risk_reason = forms.CharField(
        label=_("Why the risk is seen so"), widget=area(), max_length=10_000, required=False
    )
    delay_reason = forms.CharField(
        label=_("Why the authority is told later than within 72 hours"),
        widget=area(),
        max_length=5_000,
        required=False,
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = access.visible(viewer, User.everything.all())
        accounts.label_from_instance = lambda user: user.full_name or str(user)
        self.fields["modules"].choices = kinds_of_records()  # type: ignore[attr-defined]

    @classmethod
    def about(cls, breach: Breach | None, data: Any, *, viewer: User) -> "BreachForm":
        """Filled with what is known; a new one begins now."""
        if breach is None:
            initial: dict[str, Any] = {"known_at": timezone.localtime(), "risk": Risk.UNKNOWN}
        else:
            initial = {name: getattr(breach, name) for name in cls.base_fields}
        return cls(data, initial=initial, viewer=viewer)

    def clean_known_at(self) -> Any:
        """Not in time to come."""
        moment = self.cleaned_data["known_at"]
        if moment > timezone.now():
            raise ValidationError(_("This is still to come."))
        return moment

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        scope = given.get("scope")
        if scope == BreachScope.ACCOUNT and not given.get("account"):
            self.add_error("account", _("Say which account."))
        if scope == BreachScope.RECORDS and not given.get("modules"):
            self.add_error("modules", _("Say which kinds of records."))
        began, ended = given.get("began_at"), given.get("ended_at")
        if began and ended and ended < began:
            self.add_error("ended_at", _("This is before the beginning."))
        return given


class NoticeForm(forms.Form):
    """The text of a notice."""

    asks_no_consent = "our own words, about a breach"

    text = forms.CharField(
        label=_("Text"),
        widget=area(14),
        max_length=30_000,
        required=False,
        help_text=_("Empty: the draft comes back."),
    )
