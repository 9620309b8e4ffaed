"""The links in our mails: looking at one changes nothing, its button opens what it is for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacy.models import TokenPurpose
from privacy.web.views import public
from tickets import portal_access
from tickets.views.portal.signing_in import arrive


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: Any, secret: str) -> HttpResponse:
    """A page with one button, for people: mail scanners only look. Its address is in no referrer."""
    purpose = portal_access.purpose_of(secret)
    answer = _open(request, secret, purpose) if request.method == "POST" else None
    if answer is None:
        is_good = purpose is not None and request.method != "POST"
        context = {"is_good": is_good, "is_sign_in": purpose == TokenPurpose.SIGN_IN}
        answer = render(request, "tickets/portal/link.html", context, status=200 if is_good else 410)
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _open(request: Any, secret: str, purpose: TokenPurpose | None) -> HttpResponse | None:
    if purpose == TokenPurpose.SIGN_IN and portal_access.sign_in_by_link(request, secret):
        return arrive(request)
    if purpose == TokenPurpose.TICKET and (ticket := portal_access.open_by_link(request, secret)):
        return redirect("portal:ticket", ticket.number)
    return None
