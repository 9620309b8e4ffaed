"""A page that fails with what was sent to it in its message."""

from typing import Any

from django.http import HttpResponse
from django.urls import path

from helpdesk.urls import urlpatterns as all_of_them


def fails(request: Any) -> HttpResponse:
    raise RuntimeError(f"nobody is {request.POST['email']}")


urlpatterns = [path("fails/", fails), *all_of_them]
