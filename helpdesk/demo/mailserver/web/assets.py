"""The stylesheet and the script of the web view."""

from pathlib import Path

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse

from helpdesk.demo.mailserver.store import MailStore

TYPES = {
    "mail.css": "text/css; charset=utf-8",
    "mail.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
FOLDER = Path(__file__).parent / "static"


def asset(_request: WSGIRequest, _store: MailStore, name: str) -> HttpResponse:
    """One of the few files."""
    if name not in TYPES:
        raise Http404
    return HttpResponse((FOLDER / name).read_bytes(), content_type=TYPES[name])
