"""Where the sign-in inside the "session ended" dialog leads: the page around it takes over from there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.web.views import desk


@desk
@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    return render(request, "helpdesk/signed_in.html")
