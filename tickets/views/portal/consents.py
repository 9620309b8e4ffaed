"""What a customer agreed to: seen, given and taken back with one click; signed in, or by the link in our mails."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.models import Contact
from privacy import access, actor, consent
from privacy.consent import Proof, receipts
from privacy.enums import Via
from privacy.models import ConsentAnswer
from privacy.web.consents import Place, place_label
from privacy.web.views import portal, public, viewer_of
from tickets import portal_access
from tickets.forms.consents import BY_LINK, ON_PAGE, DecisionForm
from tickets.views.portal.sections import Shown

SHOWN = 30


def section(request: Any) -> Shown | None:
    """The section of the privacy page; left out where nothing is asked and nothing was ever said."""
    person = viewer_of(request)
    answers = access.visible(person, consent.history(person.pk))
    shown = {"stands": consent.standing(person.pk), "answers": _told(answers[:SHOWN])}
    return {**shown, "action": reverse("portal:consents")} if any(shown.values()) else None


@portal
@require_POST
def consents(request: Any) -> HttpResponse:
    """Give one, or take it back."""
    _decide(request, viewer_of(request), ON_PAGE, Proof.KNOWN)
    return redirect(f"{reverse('portal:privacy')}#consents")


@portal
@never_cache
@require_safe
def receipt(request: Any) -> HttpResponse:
    """Everything that the customer ever said, for machines."""
    person = viewer_of(request)
    answers = access.visible(person, consent.history(person.pk))
    whole = receipts.receipt(person.pk, list(answers), places=place_label, page=_address("portal:privacy"))
    answer = JsonResponse(whole, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="consent-receipt.json"'
    return answer


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: Any, secret: str) -> HttpResponse:
    """The same switches for whom the link was mailed to. Looking changes nothing; it names nobody."""
    person = portal_access.of_consent_link(secret)
    if person is None:
        answer = render(request, "tickets/portal/link.html", {"is_good": False}, status=410)
    elif request.method == "POST":
        with actor.acting(person, via=Via.PORTAL):
            _decide(request, person, BY_LINK, Proof.MAIL)
        answer = redirect("portal:consents_by_link", secret)
    else:
        about = {"stands": consent.standing(person.pk), "action": request.path}
        answer = render(request, "tickets/portal/consents.html", {"about": about})
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _decide(request: Any, person: Contact, where: Place, proof: Proof) -> None:
    form = DecisionForm(request.POST, stands=consent.standing(person.pk))
    if form.is_valid():
        said = SAYING[form.cleaned_data["decision"]](form, person, where, proof)
        messages.success(request, said)


def _give(form: DecisionForm, person: Contact, where: Place, proof: Proof) -> str:
    if not form.is_up_to_date:
        return _("The words have changed meanwhile. Please read them again.")
    consent.answer(person.pk, form.stand.wording, True, form=where.code, by=person, proof=proof)
    if form.stand.purpose.needs_confirmation and proof < Proof.MAIL:
        return _("Almost done: we mail you a link. It counts once you have confirmed it there.")
    return _("Thank you. We have written it down.")


def _withdraw(form: DecisionForm, person: Contact, where: Place, proof: Proof) -> str:
    consent.withdraw(person.pk, form.stand.purpose, form=where.code, by=person)
    return _("Taken back. From now on it isn't done any more.")


def _confirm(form: DecisionForm, person: Contact, where: Place, proof: Proof) -> str:
    if proof < Proof.MAIL or consent.confirm(person.pk, form.stand.purpose, by=person) is None:
        return _("There is nothing left to confirm.")
    return _("Thank you, this is confirmed. You can take it back at any time.")


SAYING = {"give": _give, "withdraw": _withdraw, "confirm": _confirm}


def _told(answers: list[ConsentAnswer]) -> list[tuple[ConsentAnswer, str]]:
    return [(each, place_label(each.form)) for each in answers]


def _address(name: str) -> str:
    return portal_access.address(reverse(name))
