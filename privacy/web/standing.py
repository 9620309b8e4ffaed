"""What a session of staff is worth: how it began, whether it is over, and what it may not open."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from privacy import sessions, visits
from privacy.enums import STRONG, SignInWay
from privacy.factors import standing
from privacy.web import devices, origin, recency
from privacy.web.views import View

SINCE, SEEN, WAY = "since", "seen_at", "way"
BROWSER = "browser"
A_YEAR = 365 * 24 * 3600
A_MINUTE = 60


def begin(request: Any, user: Any) -> None:
    """A session has just been made: note when, how, from where. Listens to ``user_logged_in``."""
    way = SignInWay(getattr(request, "sign_in_way", SignInWay.PASSWORD))
    request.browser = request.COOKIES.get(BROWSER) or secrets.token_urlsafe(16)
    came_from = visits.Origin(
        request.browser, devices.describe(request.headers.get("User-Agent", "")), origin.network(request)
    )
    session, now = request.session, timezone.now().timestamp()
    session[SINCE] = session[SEEN] = now
    session[WAY] = way.value
    session[sessions.VISIT] = str(visits.begin(user, came_from, way).pk)
    recency.note(request)


def is_strong(request: HttpRequest) -> bool:
    """Whether a second factor was given; the company's sign-in counts as one if the installation says so."""
    way = request.session.get(WAY)
    return way in STRONG or (way == SignInWay.COMPANY and settings.SSO_IS_SECOND_FACTOR)


def is_over(request: HttpRequest) -> bool:
    """Whether the session has been idle, or lasted, for too long."""
    now, session = timezone.now().timestamp(), request.session
    idle = now - float(session.get(SEEN, 0)) >= settings.SESSION_IDLE_MINUTES * 60
    return idle or now - float(session.get(SINCE, 0)) >= settings.SESSION_HOURS * 3600


def holds(request: Any) -> bool:
    """Whether whoever is signed in may stay: not over, and with the factors that their profile wants."""
    return not is_over(request) and (is_strong(request) or not standing.is_required(request.user))


def in_background(view: View) -> View:
    """For what a page asks by itself: it doesn't keep a session alive."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


class StandingMiddleware:
    """Nobody is signed in whose session doesn't hold, whatever the address: desk, admin, file or fragment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.user.is_authenticated and not holds(request):
            auth.logout(request)
        answer = self.get_response(request)
        if hasattr(request, "browser"):
            _remember(answer, request.browser)
        return answer

    def process_view(self, request: Any, view: Any, _args: Any, _kwargs: Any) -> None:
        """A person is at work: note it, once a minute."""
        if not request.user.is_authenticated or getattr(view, "is_background", False):
            return
        now = timezone.now().timestamp()
        if now - float(request.session[SEEN]) >= A_MINUTE:
            request.session[SEEN] = now
            visits.seen(request.session.get(sessions.VISIT))


def _remember(answer: HttpResponse, browser: str) -> None:
    """So that the next sign-in from here isn't taken for a new one."""
    answer.set_cookie(BROWSER, browser, max_age=A_YEAR, httponly=True, secure=settings.HTTPS, samesite="Lax")
