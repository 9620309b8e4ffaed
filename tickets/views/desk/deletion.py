"""Deleting a record, whatever it is: asks, then puts it into the recycle bin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy import access, binning, retention
from privacy.access import Act
from privacy.governance import Module, Part
from privacy.web.views import desk, get_visible
from tickets.models import Attachment, Message, Ticket


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: HttpRequest, kind: str, record_id: Any) -> HttpResponse:
    """What goes along and for how long; a POST deletes."""
    model = _model(kind)
    record = get_visible(request, model.for_captions(model.objects.all()), pk=record_id)
    if not access.may(request.user, Act.DELETE, record):
        raise PermissionDenied(_("Your profile doesn't let you delete this. Ask an administrator."))
    days = retention.bin_period(binning.module_code(model)).days
    if request.method == "POST":
        binning.bin(record, by=request.user)
        said = _("{name} is in the recycle bin, and stays there for {days} days.")
        messages.success(request, said.format(name=record, days=days))  # no personal value: a toast is stored
        return _after(record)
    context = {
        "record": record,
        "days": days,
        "along": binning.along(record),
        "keeps_bin": access.holds(request.user, binning.RECYCLE_BIN),
        "back": _back(record),
    }
    return render(request, "tickets/desk/deletion.html", context)


def _model(kind: str) -> Any:
    """The model of this name, if its records are worked with (not set up). Raises Http404."""
    for model in binning.binnable():
        if model._meta.model_name == kind and isinstance(model.governed_by, Module | Part):
            return model
    raise Http404


def _ticket_of(record: Any) -> Ticket | None:
    if isinstance(record, Attachment):
        return record.message.ticket
    return record.ticket if isinstance(record, Message) else None


def _back(record: Any) -> int | None:
    """The number of the ticket to go back to."""
    ticket = record if isinstance(record, Ticket) else _ticket_of(record)
    return ticket.number if ticket else None


def _after(record: Any) -> HttpResponse:
    ticket = _ticket_of(record)
    return redirect("desk:ticket", number=ticket.number) if ticket else redirect("desk:home")
