"""Who is there (staff or customer), in which language and time zone."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.defaults import page_not_found

from contacts import sessions
from contacts.models import Contact
from privacy import actor
from privacy.enums import Via
from privacy.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """The language that was chosen, else the account's, else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        if answer.headers["Content-Type"].startswith("text/html"):
            patch_vary_headers(answer, ("Accept-Language", "Cookie"))
        return answer


class PersonMiddleware:
    """``request.customer``, the actor of every change, and the person's language and time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.customer = sessions.customer_of(request)
        user = request.user if request.user.is_authenticated else None
        _speak(request, user or request.customer)
        via = Via.ADMIN if request.path.startswith("/admin/") else Via.DESK if user else _door(request.path)
        with actor.acting(user, via=via), timezone.override(_zone(user or request.customer)):
            answer = self.get_response(request)
        if user or request.customer:
            answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer


class MissingMiddleware:
    """In development too, our own page says what isn't there; Django's lists every address instead."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        is_unknown = answer.status_code == 404 and request.resolver_match is None
        return page_not_found(request, Http404()) if is_unknown else answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A view found nothing."""
        return page_not_found(request, exception) if isinstance(exception, Http404) else None


def _door(path: str) -> Via:
    """Which face of the helpdesk somebody who isn't signed in as staff stands before."""
    return Via.PORTAL if path.startswith("/portal/") else Via.DESK


def _speak(request: HttpRequest, person: User | Contact | None) -> None:
    if person is None or not person.language or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    translation.activate(person.language)
    request.LANGUAGE_CODE = person.language


def _zone(person: User | Contact | None) -> zoneinfo.ZoneInfo:
    wanted = person.timezone if person is not None else ""
    try:
        return zoneinfo.ZoneInfo(wanted or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
