"""Where customers arrive, and the list of their questions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from privacy import access
from privacy.web.lists import Page, by_key
from privacy.web.views import portal, public, viewer_of
from tickets import portal_access
from tickets.views.portal.standing import Question

SHOWN = 20
AT_HOME = 5


@public
@never_cache
@require_safe
def home(request: Any) -> HttpResponse:
    """What one can do here; a customer signed in sees the latest questions at once."""
    return _own_home(request) if request.customer else render(request, "tickets/portal/home.html")


@portal
@never_cache
@require_safe
def tickets(request: Any) -> HttpResponse:
    """All questions of the customer, newest first."""
    page = _page(request, SHOWN, request.GET.get("page", ""))
    return render(request, "tickets/portal/tickets.html", {"page": "tickets", "list": page})


@public
@require_POST
def sign_out(request: Any) -> HttpResponse:
    """Forget who this is, and what links have opened."""
    portal_access.leave(request)
    return redirect("portal:home")


@portal
def _own_home(request: Any) -> HttpResponse:
    return render(request, "tickets/portal/own_home.html", {"list": _page(request, AT_HOME)})


def _page(request: Any, size: int, cursor: str = "") -> Page:
    found = by_key(
        access.visible(viewer_of(request), portal_access.portal_tickets(request)),
        cursor,
        moment="last_message_at",
        size=size,
    )
    return Page([Question(ticket) for ticket in found.rows], found.older, found.newer)
