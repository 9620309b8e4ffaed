"""The door to one ticket: for its requester signed in, or who opened it by the link in our mail."""

from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from privacy.web.views import View, get_visible, portal
from tickets import portal_access
from tickets.models import Ticket


def one_ticket(view: View) -> View:
    """``request.customer`` becomes who may see ticket ``number``; ``is_guest`` if only a link says so."""
    inner = portal(view)

    @wraps(view)
    def guarded(request: Any, number: int, **kwargs: Any) -> HttpResponse:
        guest = portal_access.guest_of(request, number)
        request.is_guest = guest is not None
        request.customer = guest or request.customer
        written = request.POST.get("body")
        if request.customer is None and written:
            return render(request, "tickets/portal/session_ended.html", {"written": written}, status=401)
        return inner(request, number, **kwargs)

    guarded.audience = "portal"  # type: ignore[attr-defined]
    return guarded


def ticket_of(request: Any, number: int) -> Ticket:
    """The ticket that the visit is about. Raises Http404."""
    found: Ticket = get_visible(request, portal_access.portal_tickets(request), number=number)
    return found
