"""Consents on forms: a box for each purpose placed there, never ticked before, each for itself."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy import access, consent
from privacy.consent import Proof
from privacy.models import ConsentWording
from privacy.models.consent import RECORD_CONSENT

BOX = "consent_"


@dataclass(frozen=True, slots=True)
class Place:
    """A form that takes personal data, or another way by which people answer."""

    code: str
    label: str | Promise
    is_form: bool = True
    is_contract: bool = True  # what is done with it rests on a contract: no consent is demanded there


PLACES: dict[str, Place] = {}


def place(code: str, label: str | Promise, *, is_form: bool = True, is_contract: bool = True) -> Place:
    """Make a place known: administrators can put purposes on it."""
    return PLACES.setdefault(code, Place(code, label, is_form, is_contract))


CONFIRMED = place("confirmation", _("Link in our mail, confirmed"), is_form=False)


def place_label(code: str) -> str:
    """A place in words; its code if there is no such place any more."""
    return str(PLACES[code].label) if code in PLACES else code


@dataclass(frozen=True, slots=True)
class Tick:
    """What came back of a box: the hash of the words that stood beside it, and whether it was ticked."""

    shown: str
    given: bool


class ConsentBox(forms.CheckboxInput):
    """A tick box that says which words it stood beside. Other words since: it is shown empty."""

    template_name = "components/consent_box.html"

    def __init__(self, digest: str) -> None:
        self.digest = digest
        super().__init__(check_test=lambda tick: isinstance(tick, Tick) and tick == Tick(digest, True))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return Tick(data.get(f"{name}_shown", ""), name in data)

    def format_value(self, value: Any) -> None:
        return None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "digest": self.digest}


class ConsentField(forms.Field):
    """Cleans to whether it was given; to None if these words were not shown."""

    def __init__(self, wording: ConsentWording, *, is_demanded: bool = False) -> None:
        self.wording, self.is_demanded = wording, is_demanded
        super().__init__(
            label=wording.title,
            help_text=wording.text,
            required=is_demanded,
            widget=ConsentBox(wording.digest),
        )

    def clean(self, value: Any) -> bool | None:
        was_shown = isinstance(value, Tick) and value.shown == self.wording.digest
        if self.is_demanded and not (was_shown and value.given):
            raise ValidationError(_("This service is for those who agree."), code="required")
        return value.given if was_shown else None


class AsksConsent(forms.Form):
    """A form that takes personal data: ``consent_form`` says which, and its boxes come by themselves."""

    consent_form: ClassVar[Place]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for wording in consent.due(self.asked_person(), self.consent_form.code):
            is_demanded = wording.purpose.is_required and not self.consent_form.is_contract
            self.fields[f"{BOX}{wording.purpose.key}"] = ConsentField(wording, is_demanded=is_demanded)

    def asked_person(self) -> UUID | None:
        """Who fills it in, if that is known: they are asked only for what they haven't answered."""
        return None

    @property
    def consents(self) -> list[BoundField]:
        """The boxes."""
        return [self[name] for name in self.fields if isinstance(self.fields[name], ConsentField)]

    def keep_consents(self, subject_id: UUID, *, by: Any, proof: Proof = Proof.KNOWN) -> None:
        """Write down what was ticked, and what was left empty. Call it when what the form is for has been done."""
        for name, field in self.fields.items():
            given = self.cleaned_data.get(name)
            if isinstance(field, ConsentField) and given is not None:
                self._keep(subject_id, field.wording, given, by=by, proof=proof)

    def _keep(self, subject_id: UUID, wording: Any, given: bool, *, by: Any, proof: Proof) -> None:
        consent.answer(subject_id, wording, given, form=self.consent_form.code, by=by, proof=proof)


class RecordsConsent(AsksConsent):
    """A form that staff fill in for somebody: a tick is what that person said; no tick says nothing."""

    consent_evidence = forms.CharField(
        label=_("How you know"),
        help_text=_("What was said, when and how: for example “agreed on the phone, 3 March, 10:15”."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        may_record = access.holds(viewer, RECORD_CONSENT)
        for box in self.consents:
            if not may_record:
                del self.fields[box.name]
        if not self.consents:
            del self.fields["consent_evidence"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_given = any(cleaned.get(box.name) for box in self.consents)
        if is_given and not cleaned.get("consent_evidence", "").strip():
            self.add_error("consent_evidence", _("Write down how the person told you: that is the evidence."))
        return cleaned

    def _keep(self, subject_id: UUID, wording: Any, given: bool, *, by: Any, proof: Proof) -> None:
        if given:
            evidence = self.cleaned_data["consent_evidence"]
            consent.answer(
                subject_id, wording, True, form=self.consent_form.code, by=by, proof=proof, evidence=evidence
            )
