"""The web view as a WSGI application: addresses to pages, who may call, and the headers of every answer."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound
from django.urls import Resolver404, path
from django.urls.resolvers import RegexPattern, URLResolver
from django.utils import translation

from helpdesk.demo.mailserver.store import MailStore
from helpdesk.demo.mailserver.web import assets, pages, sending

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
MAIL = "mailboxes/<str:address>/<str:folder>/<int:uid>/"
ADDRESSES = URLResolver(
    RegexPattern(r"^/"),
    [
        path("", pages.home),
        path("mailboxes/<str:address>/", pages.mailbox),
        path("mailboxes/<str:address>/new/", pages.new),
        path("mailboxes/<str:address>/mails/", sending.mails),
        path(MAIL, pages.mail),
        path(f"{MAIL}html/", pages.html),
        path(f"{MAIL}raw/", pages.raw),
        path(f"{MAIL}parts/<int:number>/", pages.part),
        path("oauth2/token", sending.access_token),
        path("assets/<str:name>", assets.asset),
    ],
)


def application(store: MailStore) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The pages over one store."""

    def respond(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        with translation.override(translation.get_language_from_request(request)):
            response = _answer(request, store)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        start(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content] if request.method != "HEAD" else []

    return respond


def _answer(request: WSGIRequest, store: MailStore) -> HttpResponse:
    if not _is_from_here(request):
        return HttpResponse("Only from this machine.", status=403, content_type="text/plain")
    try:
        view, arguments, named = ADDRESSES.resolve(request.path_info)
        if request.method not in getattr(view, "methods", ("GET", "HEAD")):
            return HttpResponseNotAllowed(getattr(view, "methods", ("GET", "HEAD")))
        response: Any = view(request, store, *arguments, **named)
    except (Http404, Resolver404, ValueError):
        return HttpResponseNotFound(pages.not_found(), content_type="text/html; charset=utf-8")
    return response


def _is_from_here(request: WSGIRequest) -> bool:
    """Foreign pages neither read this (a name that points to loopback) nor send forms to it."""
    host = request.META.get("HTTP_HOST", "")
    if host.rpartition(":")[0] not in LOOPBACK and host not in LOOPBACK:
        return False
    origin = request.META.get("HTTP_ORIGIN")
    return request.method in ("GET", "HEAD") or origin is None or urlsplit(origin).netloc == host
