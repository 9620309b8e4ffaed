"""The privacy notice."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.web.views import public
from tickets.notice import kept_about_customers


@public
@require_safe
def privacy(request: Any) -> HttpResponse:
    """What is kept about customers, why, and on what ground."""
    return render(request, "tickets/portal/privacy.html", {"kept": kept_about_customers()})
