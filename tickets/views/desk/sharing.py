"""A single ticket shared with somebody: who has it, sharing it, withdrawing it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from privacy import access
from privacy.sharing import grants_of
from privacy.web.views import desk, get_visible
from tickets import sharing
from tickets.forms.sharing import ShareForm
from tickets.models import Ticket
from tickets.models.ticket import SHARE
from tickets.views.desk import lists


@desk
@require_http_methods(["GET", "POST"])
def shares(request: HttpRequest, number: int) -> HttpResponse:
    """With whom the ticket is shared, and a form to share it."""
    ticket = _shareable(request, number)
    form = ShareForm(request.POST or None, viewer=request.user)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        sharing.share(
            ticket, given["to"], may_write=given["may_write"], until=given["until"], by=request.user
        )
        return redirect("desk:shares", number=number)
    context = {
        "ticket": ticket,
        "form": form,
        "grants": grants_of(ticket),
        "source": lists.source_of(request),
    }
    return render(request, "tickets/desk/shares.html", context, status=422 if form.is_bound else 200)


@desk
@require_POST
def removal(request: HttpRequest, number: int, grant_id: Any) -> HttpResponse:
    """Share it with them no longer."""
    ticket = _shareable(request, number)
    grant = next((each for each in grants_of(ticket) if each.pk == grant_id), None)
    if grant is None:
        raise Http404
    sharing.withdraw(ticket, getattr(grant, "user", None) or grant.group, by=request.user)
    return redirect("desk:shares", number=number)


def _shareable(request: HttpRequest, number: int) -> Ticket:
    """The ticket, if the agent may share what they see. Raises PermissionDenied."""
    found: Ticket = get_visible(request, Ticket, number=number)
    if not access.holds(request.user, SHARE):
        raise PermissionDenied
    return found
