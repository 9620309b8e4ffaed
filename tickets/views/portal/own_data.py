"""What customers do about what is theirs: correct it, have it restricted or erased, object."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts import rectification
from contacts.enums import IdentityKind
from contacts.models import Contact
from privacy import custom, requests
from privacy.enums import Arrival, Proof, RequestKind
from privacy.models import DataRequest
from privacy.web import throttle
from privacy.web.views import portal, public
from tickets import delivery, portal_access
from tickets.forms.profile import NewAddressForm, ProfileForm
from tickets.forms.requests import WishForm

A_DAY, MAILS_A_DAY = 86_400, 5
WISHES = {
    RequestKind.RESTRICTION: gettext_lazy("Restrict my data"),
    RequestKind.OBJECTION: gettext_lazy("Object"),
    RequestKind.ERASURE: gettext_lazy("Delete my data"),
}


@portal
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Any) -> HttpResponse:
    """All that is known about a customer, for them to correct."""
    form = ProfileForm(request.POST or None, customer=request.customer)
    if form.is_bound and form.is_valid() and _corrected(request.customer, form):
        messages.success(request, _("Thank you. It is corrected."))
        return redirect("portal:profile")
    context = {"page": "privacy", "form": form, "address": request.customer.primary_email}
    return render(request, "tickets/portal/profile.html", context)


@portal
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: Any) -> HttpResponse:
    """Ask for another address: a request, which staff carry out once both addresses have confirmed."""
    form = NewAddressForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if _ask(request, RequestKind.RECTIFICATION, form, new_address=given["new_address"]):
            return redirect("portal:asked_about_data")
    return render(request, "tickets/portal/new_address.html", {"page": "privacy", "form": form})


@portal
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: Any, kind: str) -> HttpResponse:
    """Ask to be restricted or erased, or object: what will happen is said first."""
    if kind not in WISHES:
        raise Http404
    form = WishForm(request.POST or None, kind=kind)
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value}
        if _ask(request, RequestKind(kind), form, **given):
            return redirect("portal:asked_about_data")
    context = {"page": "privacy", "form": form, "kind": kind, "title": WISHES[RequestKind(kind)]}
    return render(request, "tickets/portal/wish.html", context)


@portal
@never_cache
@require_http_methods(["GET", "HEAD"])
def asked(request: Any) -> HttpResponse:
    """A mail is on its way; nothing has happened yet."""
    return render(request, "tickets/portal/asked_about_data.html", {"page": "privacy"})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: Any, secret: str) -> HttpResponse:
    """A page with one button: looking at it confirms nothing, mail scanners only look."""
    found = portal_access.behind_request_link(secret)
    is_done = request.method == "POST" and found is not None
    if is_done and found is not None:
        requests.confirm(found.request, by=found.person, address=found.address)
    context = {"wanted": found.request if found else None, "is_done": is_done}
    answer = render(request, "tickets/portal/confirmation.html", context, status=200 if found else 410)
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def own(request: Any) -> dict[str, Any]:
    """For the privacy page: what was asked for and isn't settled."""
    waiting = DataRequest.objects.filter(subject_id=request.customer.pk, closed_at=None)
    return {"waiting": list(waiting.order_by("due_on", "id")[:20])}


def _corrected(customer: Contact, form: ProfileForm) -> bool:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            rectification.correct(customer, given, by=customer)
            for name, kind in (("phones", IdentityKind.PHONE), ("handles", IdentityKind.HANDLE)):
                rectification.set_identities(customer, kind, given[name], by=customer)
            custom.set_values(customer, form.custom_values, by=customer)
            form.keep_consents(customer.pk, by=customer)
    except rectification.Taken as why:
        form.add_error(None, str(why))
        return False
    except ValidationError as error:
        form.refuse_custom(error)
        return False
    return True


def _ask(request: Any, kind: RequestKind, form: Any, **given: Any) -> bool:
    customer = request.customer
    if not throttle.is_allowed("data_requests", str(customer.pk), limit=MAILS_A_DAY, seconds=A_DAY):
        form.add_error(None, _("You have asked several times today. Please go on tomorrow."))
        return False
    try:
        with transaction.atomic():
            asked_for = requests.record(
                kind, customer, by=customer, arrival=Arrival.PORTAL, proof=Proof.SIGNED_IN, **given
            )
            delivery.send_request_links(asked_for, customer)
    except requests.CannotDecide as why:
        form.add_error(None, str(why))
        return False
    return True
