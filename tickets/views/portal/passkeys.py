"""Passkeys of customers: set up after a fresh sign-in, used in place of the mail with link and code."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts import sessions
from contacts.models import CustomerPasskey
from privacy import access
from privacy.factors.passkeys import Owner
from privacy.web import ceremony
from privacy.web.views import get_visible, portal, public, safe_next
from tickets.views.portal import signing_in
from tickets.views.portal.doors import freshly


@portal
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@freshly
def passkeys(request: Any) -> HttpResponse:
    """Those that there are; a POST sets another one up."""
    error = ""
    if request.method == "POST":
        try:
            ceremony.take(request, CustomerPasskey(contact=request.customer), _own(request))
        except ValidationError as problem:
            error = problem.messages[0]
        else:
            messages.success(request, _("The passkey is set up. From now on you can sign in with it."))
            return redirect("portal:passkeys")
    context = {"page": "privacy", "keys": _own(request), "label": ceremony.browser(request), "error": error}
    return render(request, "tickets/portal/passkeys.html", context, status=422 if error else 200)


@portal
@never_cache
@require_POST
@freshly
def options(request: Any) -> HttpResponse:
    """What the browser needs in order to make a key."""
    customer = request.customer
    owner = Owner(customer.pk.bytes, customer.primary_email or customer.full_name, customer.full_name)
    return ceremony.ask_to_make(request, owner, _own(request))


@portal
@require_POST
@freshly
def removal(request: Any, key_id: UUID) -> HttpResponse:
    """Take a passkey off: it opens nothing any more."""
    get_visible(request, CustomerPasskey, pk=key_id).delete()
    messages.success(request, _("The passkey is removed."))
    return redirect("portal:passkeys")


@public
@never_cache
@require_POST
def sign_in_options(request: Any) -> HttpResponse:
    """What the browser is asked: for any key of ours."""
    return ceremony.ask_to_prove(request)


@public
@never_cache
@require_POST
def sign_in(request: Any) -> HttpResponse:
    """Sign in with a passkey and nothing else."""
    if not signing_in.may_try(request):
        return signing_in.refused(request, signing_in.too_many(), 429)
    keys = CustomerPasskey.objects.filter(contact__in=sessions.may_sign_in()).select_related("contact")
    key = ceremony.prove(request, keys, request.POST.get("answer", ""))
    if key is None:
        return signing_in.refused(request, _("This passkey opens nothing here. Let us mail you a link."), 403)
    sessions.sign_in(request, key.contact)
    return redirect(safe_next(request, "") or "portal:tickets")


def _own(request: Any) -> Any:
    return access.visible(request.customer, CustomerPasskey.objects.all())
