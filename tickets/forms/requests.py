"""Forms about requests of persons: recorded by staff, decided by staff, asked by customers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import identification
from contacts.models import Contact
from privacy.enums import Arrival, Proof, Purpose, Refusal, RequestKind, RestrictionGround

AREA = forms.Textarea(attrs={"rows": 4})


def day_input() -> forms.DateInput:
    """A box for a day: browsers want it in this form, whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RequestForm(forms.Form):
    """A request that reached us: by mail, phone, letter, or across the counter."""

    asks_no_consent = "the law asks for it (Art. 12 (3) GDPR)"

    who = forms.CharField(
        label=_("Who asks"), help_text=_("Their e-mail address, phone number or @name."), max_length=254
    )
    kind = forms.ChoiceField(label=_("What they ask for"), choices=RequestKind.choices)
    arrival = forms.ChoiceField(label=_("How it reached us"), choices=Arrival.choices, initial=Arrival.MAIL)
    received_on = forms.DateField(
        label=_("When it reached us"),
        help_text=_("The month in which we have to answer begins on this day."),
        widget=day_input(),
    )
    wish = forms.CharField(label=_("In their words"), required=False, widget=AREA, max_length=10_000)
    new_address = forms.EmailField(
        label=_("New e-mail address"),
        help_text=_("Only when they want another address. Both addresses get a link to confirm it."),
        required=False,
    )
    ground = forms.ChoiceField(
        label=_("Ground of the restriction"),
        choices=[("", _("Does not apply")), *RestrictionGround.choices],
        required=False,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose that they object to"),
        choices=[("", _("Does not apply")), *Purpose.choices],
        required=False,
    )

    def __init__(self, *args: Any, person: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person is not None:
            del self.fields["who"]
        self.fields["received_on"].initial = timezone.localdate

    def clean_who(self) -> str:
        """Somebody whom we know."""
        who: str = self.cleaned_data["who"]
        try:
            self.person = identification.find(who)
        except ValueError as error:
            raise ValidationError(_(str(error))) from None
        if self.person is None:
            raise ValidationError(_("Nobody is known by this. Then there is nothing of theirs here, either."))
        return who

    def clean_received_on(self) -> Any:
        """Not a day to come."""
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind = given.get("kind")
        if kind == RequestKind.OBJECTION and not given.get("purpose"):
            self.add_error("purpose", _("Say which purpose they object to."))
        if kind == RequestKind.RESTRICTION and not given.get("ground"):
            self.add_error("ground", _("Say on what ground."))
        return given

    def particulars(self) -> dict[str, Any]:
        """What only this kind of request has."""
        kind, given = self.cleaned_data["kind"], self.cleaned_data
        wanted = {
            RequestKind.OBJECTION: ["purpose"],
            RequestKind.RESTRICTION: ["ground"],
            RequestKind.RECTIFICATION: ["new_address"],
        }
        return {name: given[name] for name in wanted.get(kind, []) if given[name]}


class ProofForm(forms.Form):
    """How we know who asks."""

    proof = forms.ChoiceField(label=_("We know who asks because"), choices=[c for c in Proof.choices if c[0]])


class ExtensionForm(forms.Form):
    """Why it takes longer."""

    asks_no_consent = "our own words, about a request"

    reason = forms.CharField(label=_("Why it takes longer"), widget=AREA, max_length=2_000)


class RefusalForm(forms.Form):
    """Why not."""

    asks_no_consent = "our own words, about a request"

    refusal = forms.ChoiceField(label=_("Because of"), choices=Refusal.choices)
    answer = forms.CharField(label=_("What we tell the person"), widget=AREA, max_length=5_000)


class CompletionForm(forms.Form):
    """What was answered."""

    asks_no_consent = "our own words, about a request"

    answer = forms.CharField(
        label=_("What we told the person"), widget=AREA, max_length=5_000, required=False
    )


class ApprovalForm(forms.Form):
    """Yes, and what becomes of open work."""

    settles_open = forms.BooleanField(label=_("Close what is still open, without an answer"), required=False)


class LetterForm(forms.Form):
    """A letter to the person, as it is to go out."""

    asks_no_consent = "our own words, about a request"

    text = forms.CharField(label=_("Text"), widget=AREA, max_length=10_000)


class HoldForm(forms.Form):
    """Why something must be kept, and until when."""

    asks_no_consent = "our own words, about a request"

    reason = forms.CharField(label=_("Why it must be kept"), widget=AREA, max_length=2_000)
    until = forms.DateField(
        label=_("Until"),
        help_text=_("Empty: until somebody lifts it."),
        required=False,
        widget=day_input(),
    )


class WishForm(forms.Form):
    """What a customer asks for in the portal."""

    asks_no_consent = "the law asks for it (Art. 12 (3) GDPR)"

    purpose = forms.ChoiceField(label=_("What you don’t want"), choices=Purpose.choices)
    ground = forms.ChoiceField(label=_("Why"), choices=RestrictionGround.choices)
    wish = forms.CharField(
        label=_("Anything that we should know"), required=False, widget=AREA, max_length=5_000
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != RequestKind.OBJECTION:
            del self.fields["purpose"]
        if kind != RequestKind.RESTRICTION:
            del self.fields["ground"]
