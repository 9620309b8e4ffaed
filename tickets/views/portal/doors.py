"""Doors of the portal: to one ticket, and to what needs a fresh sign-in."""

from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from contacts import sessions
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


def freshly(view: View) -> View:
    """Inside ``portal``: for who signed in a short while ago; others are asked to do it once more."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if sessions.is_fresh(request):
            return view(request, *args, **kwargs)
        context = {"page": "privacy", "next": request.path if request.method == "GET" else ""}
        return render(request, "tickets/portal/sign_in_again.html", context, status=403)

    return guarded


def ticket_of(request: Any, number: int) -> Ticket:
    """The ticket that the visit is about. Raises Http404."""
    found: Ticket = get_visible(request, portal_access.portal_tickets(request), number=number)
    return found
