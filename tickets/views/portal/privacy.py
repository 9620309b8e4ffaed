"""The privacy page: what is kept about customers and why, and what each can do about what is theirs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacy import watching
from privacy.web.views import portal, public
from tickets.notice import kept_about_customers
from tickets.views.portal import consents, own_data
from tickets.views.portal.sections import Section, Shown, chapters


def _looked(request: Any) -> Shown:
    return {"looks": watching.seen_by_subject(request.customer.pk)}


def _kept(request: Any) -> Shown:
    return {"kept": kept_about_customers()}


#: In the order in which they stand on the page.
SECTIONS = (
    Section("consents", _("What you agreed to"), consents.section, is_own=True),
    Section("why", _("Why we may")),
    Section("own_data", _("What you can do"), own_data.own, is_own=True),
    Section("kept", _("What is kept"), _kept),
    Section("looked", _("Who looked at your data"), _looked, is_own=True),
    Section("protection", _("How it is protected")),
    Section("cookies", _("Cookies")),
    Section("rights", _("Your rights")),
)


@public
@never_cache
@require_safe
def privacy(request: Any) -> HttpResponse:
    """The notice for everybody; a customer signed in also sees, and decides, what is theirs."""
    return _own_page(request) if request.customer else page(request)


def page(request: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page as this visit sees it."""
    context = {"page": "privacy", "chapters": chapters(request, SECTIONS), **more}
    return render(request, "tickets/portal/privacy.html", context, status=status)


@portal
def _own_page(request: Any) -> HttpResponse:
    return page(request)
