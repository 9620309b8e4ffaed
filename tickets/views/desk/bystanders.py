"""Where the person of a request is named in other people's tickets, with a way to black it out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from privacy import access, people, watching
from privacy.access import Act
from privacy.models import DataRequest, How
from privacy.models.hold import DATA_REQUESTS
from privacy.web.standing import in_background
from privacy.web.views import desk, get_visible
from tickets import bystanders, tasks
from tickets.models import BystanderScan
from tickets.models.ticket import REDACT

SHOWN = 100


@desk
@require_POST
def looks(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Look through all tickets of others."""
    found: DataRequest = get_visible(request, DataRequest, pk=request_id)
    access.demand(request.user, Act.UPDATE, found, DATA_REQUESTS)
    made = bystanders.look(found, by=request.user)
    tasks.look_for_bystanders.delay(str(made.pk))
    return redirect("desk:request", request_id)


@in_background
@desk
@never_cache
@require_safe
def state(request: HttpRequest, request_id: UUID, scan_id: UUID) -> HttpResponse:
    """How far it has come, for the page that asks again and again; then what was found."""
    found: DataRequest = get_visible(request, DataRequest, pk=request_id)
    scan: BystanderScan = get_visible(request, BystanderScan.objects.filter(request=found), pk=scan_id)
    return render(request, "tickets/desk/_bystanders.html", {"found": found, **shown(request, found, scan)})


def shown(request: HttpRequest, found: DataRequest, scan: BystanderScan | None = None) -> dict[str, Any]:
    """What the section on a request's page says: the newest look, and what it found that the viewer may see."""
    newest = BystanderScan.objects.filter(request=found).order_by("-created_at", "-id")
    scan = scan or access.visible(request.user, newest).first()
    if scan is None:
        return {"scan": None}
    mentions = list(bystanders.found(scan, request.user)[: SHOWN + 1])
    watching.opened(request.user, {each.message.ticket for each in mentions[:SHOWN]}, how=How.FOUND)
    return {
        "scan": scan,
        "mentions": mentions[:SHOWN],
        "are_more": len(mentions) > SHOWN,
        "unseen": 0 if len(mentions) > SHOWN else scan.found.count() - len(mentions),
        "words": "\n".join(bystanders.known_by(people.find(found.subject_id))),
        "redacts": access.holds(request.user, REDACT),
    }
