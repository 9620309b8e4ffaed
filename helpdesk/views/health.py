"""Health: for load balancers and monitoring. Strangers get one word; who may read the metrics gets every part."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk import health
from helpdesk.health import Part
from helpdesk.views.metrics import is_trusted
from privacy.web.views import public


@public
@never_cache
@require_safe
def everything(request: HttpRequest) -> JsonResponse:
    """200 if all parts do their work, else 503: for monitoring, which wakes somebody."""
    return _answer(request, health.of_everything())


@public
@never_cache
@require_safe
def web(request: HttpRequest) -> JsonResponse:
    """The same of what a page needs: for whoever sends visitors here, or restarts this process."""
    return _answer(request, health.of_the_web())


def _answer(request: HttpRequest, parts: dict[str, Part]) -> JsonResponse:
    is_well = all(part.is_well for part in parts.values())
    told: dict[str, object] = {"status": "ok" if is_well else "failing", "region": settings.REGION}
    if is_trusted(request):
        told["parts"] = {name: _told(part) for name, part in parts.items()}
    return JsonResponse(told, status=200 if is_well else 503)


def _told(part: Part) -> dict[str, object]:
    known = {} if part.age is None else {"seconds": part.age}
    return {"ok": part.is_well, **known}
