"""The register of processing: as a page that prints well, as CSV and as JSON; and what people add to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import access, audit, register
from privacy.access import Act
from privacy.forms.register import ControllerForm, PlaceForm
from privacy.models import Controller
from privacy.models.hold import DATA_REQUESTS
from privacy.register import sheets
from privacy.web.views import desk

FILE = {"csv": (sheets.as_csv, "text/csv; charset=utf-8"), "json": (sheets.as_json, "application/json")}


@desk
@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """Everything that Art. 30 GDPR asks for, as it is at this moment."""
    access.demand(request.user, Act.VIEW, Controller, DATA_REQUESTS)
    made = register.assemble()
    context: dict[str, Any] = {
        "register": made,
        "recipients": [(each, _place_form(each)) for each in made.recipients],
        "source": "requests",
    }
    return render(request, "privacy/desk/register.html", context)


@desk
@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    access.demand(request.user, Act.VIEW, Controller, DATA_REQUESTS)
    chosen = request.POST.get("format", "")
    suffix = chosen if chosen in FILE else "csv"
    write, content_type = FILE[suffix]
    audit.record(audit.Deed.EXPORT, fields=["register"])
    answer = HttpResponse(write(register.assemble()), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="register.{suffix}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def controller(request: HttpRequest) -> HttpResponse:
    """Who is responsible."""
    access.demand(request.user, Act.UPDATE, Controller, DATA_REQUESTS)
    form = ControllerForm.about(register.controller(), request.POST or None)
    if form.is_valid():
        register.describe(form.cleaned_data, by=request.user)
        return redirect("register:whole")
    context = {"form": form, "source": "requests"}
    return render(request, "privacy/desk/register_controller.html", context)


@desk
@require_POST
def places(request: HttpRequest) -> HttpResponse:
    """Say where a recipient is."""
    access.demand(request.user, Act.UPDATE, Controller, DATA_REQUESTS)
    form = PlaceForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        register.locate(given.pop("key"), **given, by=request.user)
    else:
        messages.error(request, _("Choose where the recipient is."))
    return redirect("register:whole")


def _place_form(each: Any) -> PlaceForm:
    said = each.place
    known = {name: getattr(said, name) for name in ("place", "safeguard", "has_contract")} if said else {}
    key = each.recipient.key
    return PlaceForm(initial={"key": key, **known}, auto_id=f"{key.replace('.', '-').replace(':', '-')}_%s")
