"""The first sign-in: what is asked of a new customer, once, before they go on to where they were going."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacy import consent
from privacy.web.views import portal
from tickets.forms.profile import SIGN_UP, WelcomeForm
from tickets.views.portal.signing_in import go_on


@portal
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: Any) -> HttpResponse:
    """The consents placed on the sign-up; who has answered them goes on at once."""
    if not consent.due(request.customer.pk, SIGN_UP.code):
        return go_on(request)
    form = WelcomeForm(request.POST or None, customer=request.customer)
    if form.is_bound and form.is_valid():
        form.keep_consents(request.customer.pk, by=request.customer)
        return go_on(request)
    return render(request, "tickets/portal/welcome.html", {"page": "tickets", "form": form})
