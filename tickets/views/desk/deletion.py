"""Deleting a record, whatever it is: asks, then puts it into the recycle bin; or several tickets of a list at once."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from privacy import access, binning, retention
from privacy.access import Act
from privacy.governance import Module, Part
from privacy.models import Binned
from privacy.web.views import desk, get_visible, safe_next
from tickets.models import Attachment, Message, Ticket

MOST = 500
NUMBER = re.compile(r"[0-9]{1,9}")


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
        entry = binning.bin(record, by=request.user)
        said = _("{name} is in the recycle bin, and stays there for {days} days.")
        say_deleted(request, said.format(name=record, days=days), [entry] if entry else [])
        return _after(record)
    context = {
        "record": record,
        "days": days,
        "along": binning.along(record),
        "keeps_bin": access.holds(request.user, binning.RECYCLE_BIN),
        "back": _back(record),
    }
    return render(request, "tickets/desk/deletion.html", context)


@desk
@require_POST
def deletions(request: HttpRequest) -> HttpResponse:
    """The tickets that were ticked, in one act; and which had to stay."""
    numbers = [number for number in request.POST.getlist("ticket")[:MOST] if NUMBER.fullmatch(number)]
    tickets = access.visible(request.user, Ticket.objects.filter(number__in=numbers))
    chosen = dict(tickets.order_by("number").values_list("pk", "number"))
    gone = binning.bin_all(Ticket, chosen, by=request.user)
    if gone:
        said = ngettext(
            "%(count)d ticket is in the recycle bin.", "%(count)d tickets are in the recycle bin.", len(gone)
        )
        say_deleted(request, said % {"count": len(gone)}, gone)
    if stayed := [number for pk, number in chosen.items() if pk not in {entry.record_id for entry in gone}]:
        said = _("Not deleted, because your profile or sharing doesn’t allow it: {numbers}")
        messages.warning(request, said.format(numbers=", ".join(f"#{number}" for number in stayed)))
    return redirect(safe_next(request, reverse("desk:home")))


def say_deleted(request: HttpRequest, said: str, entries: list[Binned]) -> None:
    """A toast with a button that takes the act back. It is stored until shown: say nothing personal."""
    undo = reverse("desk:taking_back", args=[entries[0].act]) if entries else ""
    messages.success(request, said, extra_tags=undo)


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
