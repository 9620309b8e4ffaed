"""What agents write into custom fields without leaving the ticket."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from privacy import access, custom
from privacy.custom.forms import SlotsForm
from privacy.web.views import desk, get_visible
from tickets.views.desk.fields import PLACES, id_in, section
from tickets.views.desk.ticket import changeable, changed


@desk
@require_POST
def of_ticket(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """Write one field of a ticket."""
    ticket, since = changeable(request, number), timezone.now()
    form = _write(request, ticket, "ticket", key)
    return changed(request, number, since, form.errors, tried=form if form.errors else None)


@desk
@require_POST
def of_person(request: HttpRequest, place: str, pk: UUID, key: str) -> HttpResponse:
    """Write one field of a contact or an organisation."""
    if place not in PLACES:
        raise Http404
    record = get_visible(request, PLACES[place], pk=pk)
    form = _write(request, record, place, key)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:person", pk) if place == "contact" else redirect("desk:home")
    shown = section(request, record, place, form if form.errors else None)
    status = 422 if form.errors else 200
    return render(request, "tickets/desk/_person_fields.html", {"section": shown}, status=status)


def _write(request: HttpRequest, record: Any, place: str, key: str) -> SlotsForm:
    slots = [slot for slot in custom.slots(record, request.user) if slot.field.key == key]
    if not slots:
        raise Http404
    if not slots[0].may_write:
        raise access.Denied
    form = SlotsForm(slots, request.POST, auto_id=id_in(place))
    if form.is_valid():
        try:
            custom.set_values(record, form.custom_values, by=request.user)
        except ValidationError as error:
            form.refuse_custom(error)
    return form
