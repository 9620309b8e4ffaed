"""A critical act for tests, beside all addresses of the helpdesk."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from helpdesk.urls import urlpatterns as ours
from privacy.web.recency import recently_authenticated
from privacy.web.views import desk


@desk
@recently_authenticated
def act(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"post": {name: request.POST.getlist(name) for name in request.POST}})


urlpatterns = [path("desk/act/", act), *ours]
