"""Pages that belong to no app: sign-in, language, appearance, health, errors."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from helpdesk import lockout
from helpdesk.forms import SignInForm
from privacy import access
from privacy.models import Theme
from privacy.web import origin, throttle
from privacy.web.views import public, safe_next

TRIES_A_QUARTER = 60
ACCOUNT_TRIES_AN_HOUR = 30


class SignIn(auth_views.LoginView):
    """Staff sign in with their address and password."""

    template_name = "helpdesk/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    audience = "public"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        network, account = origin.network(request), lockout.account(request)
        allowed = throttle.is_allowed("sign_in", network, limit=TRIES_A_QUARTER, seconds=900)
        allowed &= throttle.is_allowed("account", account, limit=ACCOUNT_TRIES_AN_HOUR, seconds=3600)
        return super().post(request, *args, **kwargs) if allowed else lockout.answer(request)


class AdminSignIn(SignIn):
    """The administration's sign-in; staff who are signed in but may not use it are told so."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not access.administers(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


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
