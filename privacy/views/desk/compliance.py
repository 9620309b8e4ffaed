"""The controls: what the software sees to, how each stands now, and what shows it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy import access, compliance
from privacy.models.audit import AUDIT_LOG
from privacy.web.views import desk


@desk
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every control, what is wrong first."""
    if not access.holds(request.user, AUDIT_LOG):
        raise PermissionDenied
    found = compliance.findings()
    context = {
        "groups": [(state, [pair for pair in found if pair[1].state == state]) for state in compliance.ORDER],
        "total": len(found),
        "source": "audit",
    }
    return render(request, "privacy/desk/compliance.html", context)
