"""Signing in: an address, then the link or code that was mailed to it. The answer never says who is known."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts import identification
from privacy import consent
from privacy.web import origin, throttle
from privacy.web.views import portal, public, safe_next, with_next
from tickets import delivery, portal_access
from tickets.forms.portal import AddressForm, CodeForm
from tickets.forms.profile import SIGN_UP
from tickets.views.portal import pace

A_QUARTER = 900
MAILS_PER_ADDRESS = 4
MAILS_PER_NETWORK = 20
TRIES_PER_NETWORK = 30
AS_LONG_AS = 0.25
WHO, WHERE = "signing_in", "signing_in_for"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Any) -> HttpResponse:
    """Ask for the address."""
    if request.customer:
        return redirect(safe_next(request, reverse("portal:tickets")))
    form, status = AddressForm(request=request), 200
    if form.is_bound and form.is_valid():
        if _is_allowed(request, "sign_in.network", MAILS_PER_NETWORK):
            with pace.at_least(AS_LONG_AS):
                _mail(request, form.cleaned_data["email"])
            return redirect("portal:sign_in_code")
        form.refuse(too_many())
        status = 429
    return _page(request, form, status=status)


@portal
@require_POST
def sign_in_again(request: Any) -> HttpResponse:
    """Sign out, and lead on after signing in anew: asked before what a borrowed browser must not do."""
    going = safe_next(request, reverse("portal:privacy"))
    portal_access.leave(request)
    return redirect(with_next(request, "portal:sign_in", going))


def refused(request: Any, why: str, status: int) -> HttpResponse:
    """The page again, with one sentence, after a try with something else than an address."""
    return _page(request, AddressForm(request=request, is_sent=False), status=status, passkey_error=why)


def may_try(request: Any) -> bool:
    """Count one more try to prove who one is."""
    return _is_allowed(request, "code.network", TRIES_PER_NETWORK)


def too_many() -> str:
    """Why a try wasn't looked at."""
    return gettext("Too many tries came from your network. Please wait 15 minutes.")


def _page(request: Any, form: AddressForm, *, status: int, **more: Any) -> HttpResponse:
    context = {"page": "sign_in", "form": form, "next": safe_next(request, ""), **more}
    return render(request, "tickets/portal/sign_in.html", context, status=status)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: Any) -> HttpResponse:
    """Ask for the code; the same page whether a mail went out or not."""
    if request.customer or WHO not in request.session:
        return redirect("portal:tickets" if request.customer else "portal:sign_in")
    form, status = CodeForm(request=request), 200
    if form.is_bound and form.is_valid():
        if not may_try(request):
            form.refuse(too_many())
            status = 429
        elif portal_access.sign_in_by_code(request, _who(request), form.cleaned_data["code"]):
            return arrive(request)
        else:
            form.add_error("code", gettext("This code is wrong or too old. Check it, or ask for a new one."))
    context = {"page": "sign_in", "form": form}
    return render(request, "tickets/portal/sign_in_code.html", context, status=status)


def _who(request: Any) -> UUID:
    return UUID(request.session[WHO])


def arrive(request: Any) -> HttpResponse:
    """On to where the customer was going; who hasn't been asked yet what is asked of new ones, by way of that."""
    request.session.pop(WHO, None)
    if consent.due(request.customer.pk, SIGN_UP.code):
        return redirect("portal:welcome")
    return go_on(request)


def go_on(request: Any) -> HttpResponse:
    """To where the customer was going."""
    return redirect(request.session.pop(WHERE, "") or "portal:tickets")


def _mail(request: Any, address: str) -> None:
    """Send link and code if somebody is known by this address."""
    identity = identification.find_identity(address)
    may_send = throttle.is_allowed("sign_in.address", address, limit=MAILS_PER_ADDRESS, seconds=A_QUARTER)
    if identity is not None and identity.contact.primary_email and may_send:
        delivery.send_sign_in(identity.contact, asked=identity)
    request.session[WHO] = str(identity.contact_id if identity else uuid4())
    request.session[WHERE] = safe_next(request, "")


def _is_allowed(request: Any, scope: str, limit: int) -> bool:
    return throttle.is_allowed(scope, origin.network(request), limit=limit, seconds=A_QUARTER)
