"""Metrics for Prometheus: for who knows the token, or asks from this very machine where none is set."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from helpdesk import metrics as told
from privacy.web.views import public


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and ages, nobody's data. Whoever may not ask is told that nothing is here."""
    if not is_trusted(request):
        raise Http404
    return HttpResponse(told.exposition(), content_type=CONTENT_TYPE_LATEST)


def is_trusted(request: HttpRequest) -> bool:
    """Whether the monitoring asks."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    came_through_proxy = "X-Forwarded-For" in request.headers
    return not came_through_proxy and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:  # a unix socket: a proxy stands before it
        return False
