"""The administration's front: Django's own admin under our name."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from privacy import access
from privacy.enums import Via
from privacy.web.rooms import Room


class HelpdeskAdmin(AdminSite):
    site_header = _("Administration")
    site_title = _("Administration")
    index_title = _("What would you like to set up?")
    site_url = "/desk/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever may set anything up."""
        return access.administers(request.user)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """What the viewer may set up, by rooms instead of by apps, each with a sentence."""
        listed = [each for app in super().get_app_list(request, app_label) for each in app["models"]]
        rooms: dict[str, list[Any]] = {room: [] for room in Room}
        for each in listed:
            by: Any = self._registry[each["model"]]
            rooms[by.room].append({**each, "symbol": by.symbol, "about": by.about})
        return [
            {"name": room.label, "app_label": room.value, "models": rooms[room]}
            for room in Room
            if rooms[room]
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """What the viewer may not see reads as empty here, too."""

        @wraps(view)
        def through_lens(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with access.looking(request.user if request.user.is_authenticated else None, via=Via.ADMIN):
                response = view(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        return super().admin_view(through_lens, cacheable)

    login_template = "helpdesk/sign_in.html"
