"""What a customer agreed to: seen by agents, and written down when it was said on the phone."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from contacts.models import Contact
from privacy import access, consent
from privacy.models.consent import RECORD_CONSENT
from privacy.web.views import desk, get_visible, safe_next
from tickets.forms.desk import RecordedConsentForm


@desk
@require_POST
def consents(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Write down what a customer said, and how the agent knows."""
    contact = get_visible(request, Contact, pk=contact_id)
    if not access.holds(request.user, RECORD_CONSENT):
        raise PermissionDenied
    form = RecordedConsentForm(request.POST, stands=stands_of(contact), auto_id="consent_%s")
    if form.is_valid():
        _write_down(contact, form, by=request.user)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(safe_next(request, "/desk/"))
    wrong = None if form.is_valid() else form
    context = {"customer": contact, **panel(request, contact, wrong)}
    return render(request, "tickets/desk/_consents.html", context, status=422 if wrong else 200)


def _write_down(contact: Contact, form: RecordedConsentForm, *, by: Any) -> None:
    given = form.cleaned_data
    consent.answer(
        contact.pk,
        given["stand"].wording,
        given["said"] == "yes",
        form=form.consent_place.code,
        by=by,
        evidence=given["evidence"],
    )


def panel(request: HttpRequest, contact: Contact, form: RecordedConsentForm | None = None) -> dict[str, Any]:
    """Where the customer stands, and the form for whom may record more."""
    stands = stands_of(contact)
    may_record = bool(stands) and access.holds(request.user, RECORD_CONSENT)
    form = form or (RecordedConsentForm(stands=stands, auto_id="consent_%s") if may_record else None)
    return {"stands": stands, "consent_form": form}


def stands_of(contact: Contact) -> list[consent.Stand]:
    """In the customer's language: these are the words that are read out to them."""
    with translation.override(contact.language or get_language()):
        return consent.standing(contact.pk)
