"""Doors that every page goes through: who may come in, and which record they get to see."""

from collections.abc import Callable
from contextvars import copy_context
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.db.models.base import ModelBase
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from privacy import access, actor, watching
from privacy.enums import Via
from privacy.models import How

View = Callable[..., HttpResponse]


def desk(view: View) -> View:
    """For signed-in staff; others sign in and come back. An htmx request gets a dialog, and keeps its page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_active):
            return _sign_in(request, "sign_in")
        with access.looking(request.user, via=Via.DESK):
            answer = _in_same_light(view(request, *args, **kwargs))
            watching.opened(request.user, getattr(request, "opened", ()), how=_how(answer))
            return answer

    guarded.audience = "desk"  # type: ignore[attr-defined]
    return guarded


def portal(view: View) -> View:
    """For a signed-in customer (``request.customer``); others get the portal's sign-in."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.customer is None:
            return _sign_in(request, "portal:sign_in")
        with access.looking(request.customer, via=Via.PORTAL):
            return _in_same_light(view(request, *args, **kwargs))

    guarded.audience = "portal"  # type: ignore[attr-defined]
    return guarded


def public(view: View) -> View:
    """For everybody: no record of anyone is shown."""
    view.audience = "public"  # type: ignore[attr-defined]
    return view


def viewer_of(request: Any) -> Any:
    """Who looks: the customer on a page of the portal, else the member of staff."""
    who = actor.current()
    customer = getattr(request, "customer", None)
    return customer if customer is not None and who.id == customer.pk else request.user


def get_visible(request: HttpRequest, rows: Any, **lookup: Any) -> Any:
    """The one record that the viewer may see; 404 for what isn't there and for what they may not see alike.

    ``rows`` is a model or a queryset. That staff opened it is logged before the answer goes out.
    """
    is_model = isinstance(rows, ModelBase)
    queryset = rows.objects.all() if is_model else rows
    try:
        found = access.visible(viewer_of(request), queryset).filter(**lookup).first()
    except ValidationError:  # what was asked for is no id at all
        found = None
    if found is None:
        raise Http404
    request.opened = [*getattr(request, "opened", ()), found]  # type: ignore[attr-defined]
    return found


def safe_next(request: HttpRequest, fallback: str) -> str:
    """Where to go on after signing in: within this site only."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else fallback


def with_next(request: HttpRequest, name: str, going: str) -> str:
    """The address of a page that leads on to ``going``; inside the dialog of an ended session it stays there."""
    framed = "framed&" if "framed" in request.GET else ""
    return f"{reverse(name)}?{framed}{urlencode({REDIRECT_FIELD_NAME: going})}"


def _in_same_light(response: Any) -> HttpResponse:
    """What is streamed later is made by the same actor, and seen through the same lens."""
    if isinstance(response, StreamingHttpResponse):
        context, pieces = copy_context(), iter(response)
        response.streaming_content = iter(lambda: context.run(next, pieces, None), None)
    return response


def _how(answer: HttpResponse) -> How:
    """Whether data left as a file."""
    return How.DOWNLOADED if answer.has_header("Content-Disposition") else How.OPENED


def _sign_in(request: Any, name: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        answer = render(request, "helpdesk/_session_ended.html", {"sign_in_url": reverse(name)}, status=401)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#dialogs", "innerHTML"
        return answer
    going = request.get_full_path() if request.method == "GET" else ""
    query = f"?{urlencode({REDIRECT_FIELD_NAME: going})}" if going else ""
    return redirect(f"{reverse(name)}{query}")
