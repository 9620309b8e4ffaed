"""Pages that belong to no app: language, appearance, health, errors."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from privacy.models import Theme
from privacy.web.views import public, safe_next


@public
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """A visitor belongs in the portal."""
    return redirect("portal:home")


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language chosen, in a cookie and on the account."""
    wanted = request.POST.get("language", "")
    answer = redirect(safe_next(request, "/"))
    if wanted in dict(settings.LANGUAGES):
        translation.activate(wanted)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.HTTPS,
            httponly=True,
        )
        if request.user.is_authenticated:
            request.user.language = wanted
            request.user.save(update_fields=["language"])
    return answer


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or as the system says."""
    wanted = request.POST.get("theme", "")
    answer = redirect(safe_next(request, "/"))
    if wanted in Theme.values:
        answer.set_cookie(
            "theme", wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
        if request.user.is_authenticated:
            request.user.theme = wanted
            request.user.save(update_fields=["theme"])
    return answer


@public
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the parts answer: 200 if all do, else 503. Says nothing about data."""
    parts = {
        "database": _answers(lambda: connections["default"].cursor().execute("SELECT 1")),
        "vault": _answers(lambda: connections["vault"].cursor().execute("SELECT 1")),
        "cache": _answers(lambda: cache.get("health")),
    }
    return JsonResponse({"region": settings.REGION, **parts}, status=200 if all(parts.values()) else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)


def _answers(ask: Any) -> bool:
    try:
        ask()
    except Exception:  # any failure means the same here: it doesn't answer
        return False
    return True
