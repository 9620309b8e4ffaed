"""Signing in: an address, then the link or code that was mailed to it. The answer never says who is known."""

import time
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts import identification
from privacy.web import origin, throttle
from privacy.web.views import public, safe_next
from tickets import delivery, portal_access
from tickets.forms.portal import AddressForm, CodeForm

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
        if throttle.is_allowed("sign_in.network", origin.network(request), limit=MAILS_PER_NETWORK, seconds=A_QUARTER):
            started = time.monotonic()
            request.session[WHO] = str(_mail(form.cleaned_data["email"]))
            request.session[WHERE] = safe_next(request, "")
            time.sleep(max(0.0, AS_LONG_AS - (time.monotonic() - started)))
            return redirect("portal:sign_in_code")
        form.refuse(gettext("Too many tries came from your network. Please wait a quarter of an hour."))
        status = 429
    context = {"page": "sign_in", "form": form, "next": safe_next(request, "")}
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
        if not throttle.is_allowed("code.network", origin.network(request), limit=TRIES_PER_NETWORK, seconds=A_QUARTER):
            form.refuse(gettext("Too many tries came from your network. Please wait a quarter of an hour."))
            status = 429
        elif portal_access.sign_in_by_code(request, UUID(request.session[WHO]), form.cleaned_data["code"]):
            return arrive(request)
        else:
            form.add_error("code", gettext("This code is wrong or too old. Check it, or let us send a new one."))
    return render(request, "tickets/portal/sign_in_code.html", {"page": "sign_in", "form": form}, status=status)


def arrive(request: Any) -> HttpResponse:
    """On to where the customer was going."""
    request.session.pop(WHO, None)
    return redirect(request.session.pop(WHERE, "") or "portal:tickets")


def _mail(address: str) -> UUID:
    """Send link and code if somebody is known by this address, and not too often; an id either way."""
    contact = identification.find(address)
    may_send = throttle.is_allowed("sign_in.address", address, limit=MAILS_PER_ADDRESS, seconds=A_QUARTER)
    if contact is None:
        return uuid4()
    if may_send and contact.primary_email:
        delivery.send_sign_in(contact)
    return contact.pk
