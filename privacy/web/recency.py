"""Who is there, asked again before a critical act: a session that was left open is not enough for it."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from privacy.web.proof import PREFIX, ProofForm
from privacy.web.views import View, safe_next

PROVEN = "proven_at"


def recently_authenticated(view: View) -> View:
    """For critical acts, below ``@desk``: whoever didn't prove themselves of late does so first.

    A GET comes back to its address. A POST is sent again with all that was typed; with files it returns to the
    page that it came from. An htmx request gets a dialog, and keeps its page.
    """

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return demand_recent(request) or view(request, *args, **kwargs)

    return guarded


def demand_recent(request: Any, *, answers_file: bool = False) -> HttpResponse | None:
    """The question to answer first, or None: go on. For doors that can't be decorated, such as the administration's.

    ``answers_file``: a download leaves the page where it is, so the question leads back to where it was asked for.
    """
    if is_recent(request):
        return None
    if getattr(request, "htmx", False):
        return _in_a_dialog(request)
    if request.method != "POST" or request.FILES or answers_file:
        return redirect(_page_for(_back_to(request)))
    return _in_between(request)


def is_recent(request: HttpRequest) -> bool:
    """Whether this session's person proved who they are within the last minutes (REAUTHENTICATION_MINUTES)."""
    age = timezone.now().timestamp() - float(request.session.get(PROVEN, 0))
    return 0 <= age < settings.REAUTHENTICATION_MINUTES * 60


def note(request: HttpRequest) -> None:
    """They have just proved who they are."""
    request.session[PROVEN] = timezone.now().timestamp()


def confirmation(request: HttpRequest) -> HttpResponse:
    """The page that asks, and leads on to where one was going."""
    form = ProofForm(request, request.POST or None)
    if form.is_bound and form.is_valid():
        note(request)
        return redirect(safe_next(request, reverse("desk:home")))
    return _page(request, form, next=safe_next(request, ""), status=form.status)


def _in_between(request: Any) -> HttpResponse | None:
    """Ask in answer to a POST; what was typed comes along, and goes on once the proof is there."""
    bound = any(name.startswith(PREFIX) for name in request.POST)
    form = ProofForm(request, request.POST if bound else None)
    kept = request.POST.copy()
    for name in [name for name in kept if name.startswith(PREFIX)]:
        del kept[name]
    if bound and form.is_valid():
        note(request)
        request.POST = kept
        return None
    kept.pop("csrfmiddlewaretoken", None)
    return _page(request, form, kept=list(_pairs(kept)), status=form.status if bound else 401)


def _pairs(values: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, listed in values.lists() for value in listed]


def _page(request: HttpRequest, form: ProofForm, *, status: int, **context: Any) -> HttpResponse:
    answer = render(request, "helpdesk/confirmation.html", {"form": form, **context}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _in_a_dialog(request: Any) -> HttpResponse:
    context = {"sign_in_url": reverse("confirmation"), "confirms": True}
    answer = render(request, "helpdesk/_session_ended.html", context, status=401)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#dialogs", "innerHTML"
    return answer


def _back_to(request: HttpRequest) -> str:
    if request.method != "POST":
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else reverse("desk:home")


def _page_for(going: str) -> str:
    return f"{reverse('confirmation')}?{urlencode({REDIRECT_FIELD_NAME: going})}"
