"""Set-up with pages of its own; that of permissions for those who hold the right. Each act is a POST to a noun."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from privacy import access
from privacy.models.roles import PERMISSIONS
from privacy.web import recency
from privacy.web.administration import RecordAdmin


class PagesAdmin(RecordAdmin):
    """An administration with pages of its own in the common frame."""

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """One of our pages within the administration's frame; ``context`` has its ``title``."""
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"administration/{template}.html", whole, status=status)

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self._named(name)}", args=args)

    def one(self, request: HttpRequest, pk: Any) -> Any:
        """The record that the viewer wants to change. Raises Http404."""
        found = self.get_queryset(request).filter(pk=pk).first()
        if found is None or not self.has_change_permission(request, found):
            raise Http404
        return found

    def view_at(self, route: str, name: str, view: Callable[..., HttpResponse], *, acts: bool = False) -> Any:
        """An address for a page of ours, or for an act on a record."""
        shown: Any = self.admin_site.admin_view(require_POST(view) if acts else view)
        return path(route, shown, name=self._named(name))


class PermissionsAdmin(PagesAdmin):
    """The administration of what decides who may see and do what."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who else sets something up has no business here."""
        return access.holds(request.user, PERMISSIONS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.holds(request.user, PERMISSIONS)

    @property
    def urls(self) -> list[Any]:
        """Every change asks first who is there: a session that was left open isn't enough for it."""
        found = self.get_urls()
        for each in found:
            each.callback = _confirmed(each.callback)
        return found


def _confirmed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_act = request.method == "POST" and request.user.is_authenticated
        return (recency.demand_recent(request) if is_act else None) or view(request, *args, **kwargs)

    return guarded


def attempt(request: HttpRequest, verb: Callable[[], Any], done: str = "") -> bool:
    """Do it; say why not, if it makes no sense."""
    try:
        verb()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    if done:
        messages.success(request, done)
    return True


def back(address: str, anchor: str = "") -> HttpResponse:
    """To the page that the act was on, at the place where it was."""
    return HttpResponseRedirect(f"{address}#{anchor}" if anchor else address)
