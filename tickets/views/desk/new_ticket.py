"""A ticket that an agent writes down for somebody who called or stands at the counter."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact
from privacy import access
from privacy.web.views import desk, get_visible
from tickets import assignment, lifecycle
from tickets.enums import Channel, Priority
from tickets.forms.desk import NewTicketForm
from tickets.models import Department, Ticket
from tickets.views.desk import powers


@desk
@require_http_methods(["GET", "POST"])
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Who asks, what, and who takes care of it."""
    if not access.may(request.user, access.Act.CREATE, Ticket):
        raise PermissionDenied
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewTicketForm(*given, viewer=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            ticket = _open(form.cleaned_data, form.custom_values, by=request.user)
        except ValidationError as error:
            form.refuse_custom(error)
        else:
            messages.success(request, _("Ticket #{number} is open.").format(number=ticket.number))
            return redirect("desk:ticket", number=ticket.number)
    status = 422 if form.is_bound else 200
    return render(request, "tickets/desk/new_ticket.html", {"form": form, "source": "new"}, status=status)


@transaction.atomic
def _open(given: dict[str, Any], values: dict[str, Any], *, by: Any) -> Ticket:
    requester = identification.find_or_make(given["customer"], full_name=given.get("full_name", ""), by=by)
    ticket = lifecycle.open(
        requester=requester,
        subject=given.get("subject", ""),
        body_text=given["body"],
        department=given.get("department"),
        priority=given.get("priority", Priority.NORMAL),
        attachments=given["files"],
        channel=Channel.DESK,
        confirm=given["confirm"]
        and any(each.kind == IdentityKind.EMAIL for each in requester.identities.all()),
        values=values,
        by=by,
    )
    return assignment.assign(ticket, by, by=by) if given.get("assign_to_me") else ticket


def _initial(request: HttpRequest) -> dict[str, Any]:
    """The default department; the customer, if the agent comes from their panel (by id, not by address)."""
    initial: dict[str, Any] = {"department": Department.default()}
    if contact_id := request.GET.get("for"):
        contact = get_visible(request, Contact.objects.prefetch_related("identities"), pk=contact_id)
        known = contact.primary_email or next((each.value for each in contact.identities.all()), "")
        sees_it = powers.sees_identities(request.user)
        initial |= {"customer": known if sees_it else "", "full_name": contact.full_name}
    return initial
