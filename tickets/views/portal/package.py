"""A customer's own package: asked for, waited for and fetched after a fresh sign-in."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import sessions
from privacy import access, tasks
from privacy.export import package as packing
from privacy.export import parcels
from privacy.models import PersonPackage
from privacy.web import throttle
from privacy.web.files import sealed_file_response
from privacy.web.views import get_visible, portal
from tickets.views.portal.doors import freshly

A_DAY, PACKAGES_A_DAY = 86_400, 3
ZIP = "application/zip"


@portal
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def package(request: Any) -> HttpResponse:
    """What it is, and where it stands; a POST asks for a new one."""
    if request.method == "POST":
        return _asked(request)
    rows = access.visible(request.customer, PersonPackage.objects.all())
    context = {
        "page": "privacy",
        "package": rows.order_by("-created_at", "-id").first(),
        "is_fresh": sessions.is_fresh(request),
    }
    return render(request, "tickets/portal/package.html", context)


@portal
@never_cache
@require_safe
def state(request: Any, package_id: UUID) -> HttpResponse:
    """How far it has come, for the page that asks again and again."""
    found = get_visible(request, PersonPackage, pk=package_id)
    context = {"package": found, "is_fresh": sessions.is_fresh(request)}
    return render(request, "tickets/portal/_package.html", context)


@portal
@never_cache
@require_POST
@freshly
def fetching(request: Any, package_id: UUID) -> Any:
    """The package itself."""
    found = get_visible(request, PersonPackage, pk=package_id)
    try:
        found = packing.hand_over(found, by=request.customer)
    except parcels.NotThere as why:
        messages.error(request, str(why))
        return redirect("portal:package")
    arrived = partial(parcels.arrived, found, by=request.customer)
    return sealed_file_response(found.content, filename=found.filename, content_type=ZIP, arrived=arrived)


@freshly
def _asked(request: Any) -> HttpResponse:
    customer = request.customer
    if not throttle.is_allowed("packages", str(customer.pk), limit=PACKAGES_A_DAY, seconds=A_DAY):
        messages.error(request, _("You have asked several times today. Please go on tomorrow."))
        return redirect("portal:package")
    made = packing.ask(customer, by=customer)
    tasks.make_package.delay(str(made.pk))
    return redirect("portal:package")
