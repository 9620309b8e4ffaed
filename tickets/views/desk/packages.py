"""The package of a person's data, built from the page of their request and fetched."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from privacy import access, people, tasks
from privacy.access import Act
from privacy.export import package as packing
from privacy.export import parcels
from privacy.models import DataRequest, PersonPackage
from privacy.models.hold import DATA_REQUESTS
from privacy.web.files import sealed_file_response
from privacy.web.recency import demand_recent, recently_authenticated
from privacy.web.standing import in_background
from privacy.web.views import desk, get_visible

ZIP = "application/zip"


@desk
@require_POST
@recently_authenticated
def packages(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Build one."""
    found: DataRequest = get_visible(request, DataRequest, pk=request_id)
    access.demand(request.user, Act.CREATE, PersonPackage, DATA_REQUESTS)
    if (person := people.find(found.subject_id)) is not None:
        made = packing.ask(person, by=request.user)
        tasks.make_package.delay(str(made.pk))
    return redirect("desk:request", request_id)


@in_background
@desk
@never_cache
@require_safe
def state(request: HttpRequest, request_id: UUID, package_id: UUID) -> HttpResponse:
    """How far one has come, for the page that asks again and again."""
    context = {"found": get_visible(request, DataRequest, pk=request_id)}
    context["package"] = _own(request, context["found"], package_id)
    return render(request, "tickets/desk/_package.html", context)


@desk
@never_cache
@require_POST
def fetching(request: HttpRequest, request_id: UUID, package_id: UUID) -> Any:
    """The package itself, for whoever built it."""
    found: DataRequest = get_visible(request, DataRequest, pk=request_id)
    package = _own(request, found, package_id)
    if (first := demand_recent(request, answers_file=True)) is not None:
        return first
    try:
        package = packing.hand_over(package, by=request.user)
    except parcels.NotThere as why:
        messages.error(request, str(why))
        return redirect("desk:request", request_id)
    arrived = partial(parcels.arrived, package, by=request.user)
    return sealed_file_response(package.content, filename=package.filename, content_type=ZIP, arrived=arrived)


def _own(request: HttpRequest, found: DataRequest, package_id: UUID) -> PersonPackage:
    own = PersonPackage.objects.filter(by=request.user, subject_id=found.subject_id)
    package: PersonPackage = get_visible(request, own, pk=package_id)
    return package
