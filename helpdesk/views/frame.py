"""Pages that belong to no app: language, appearance, errors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
