"""Consents on the page of the administration by which somebody new is written down."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from privacy import access, consent
from privacy.models.consent import RECORD_CONSENT
from privacy.web.consents import BOX, ConsentField, Place, RecordsConsent
from privacy.web.customised import CustomisedAdmin, CustomisedForm

EVIDENCE = "consent_evidence"


class _Viewed(CustomisedForm):
    """The administration's form, below a base that wants to know who fills it in."""

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ConsentingForm(RecordsConsent, _Viewed):
    """The form of somebody new, with what they agreed to."""

    viewer: ClassVar[Any] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, viewer=self.viewer, **kwargs)


class ConsentingAdmin(CustomisedAdmin):
    """The administration of people: whoever is added is asked what is placed on ``consent_form``."""

    consent_form: ClassVar[Place]

    def form_base(self, request: HttpRequest, obj: Any) -> Any:
        """For somebody new with a box each: Django wants to know of them before the form is made."""
        if obj is not None:
            return super().form_base(request, obj)
        told = {"viewer": request.user, "consent_form": self.consent_form}
        return type("NewForm", (ConsentingForm,), told | self._boxes(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Theirs, and one more."""
        names = [] if obj is not None else list(self._boxes(request))
        asked = [(_("What the customer agrees to"), {"fields": [*names, EVIDENCE]})] if names else []
        return [*super().get_fieldsets(request, obj), *asked]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            form.keep_consents(obj.pk, by=request.user)

    def _boxes(self, request: HttpRequest) -> dict[str, ConsentField]:
        if not access.holds(request.user, RECORD_CONSENT):
            return {}
        due = consent.due(None, self.consent_form.code)
        return {f"{BOX}{wording.purpose.key}": ConsentField(wording) for wording in due}
