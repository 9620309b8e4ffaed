"""The sign-in of staff, and the question who is there before a critical act."""

from typing import Any

from django.contrib.auth import views as auth_views
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from helpdesk import lockout
from helpdesk.forms import SignInForm
from privacy import access
from privacy.web import origin, recency, throttle
from privacy.web.views import desk

TRIES_A_QUARTER = 60
ACCOUNT_TRIES_AN_HOUR = 30


class SignIn(auth_views.LoginView):
    """Staff sign in with their address and password."""

    template_name = "helpdesk/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    audience = "public"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        network, account = origin.network(request), lockout.account(request)
        allowed = throttle.is_allowed("sign_in", network, limit=TRIES_A_QUARTER, seconds=900)
        allowed &= throttle.is_allowed("account", account, limit=ACCOUNT_TRIES_AN_HOUR, seconds=3600)
        return super().post(request, *args, **kwargs) if allowed else lockout.answer(request)


class AdminSignIn(SignIn):
    """The administration's sign-in; staff who are signed in but may not use it are told so."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not access.administers(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


@desk
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    """Who is there? Asked before critical acts (``recently_authenticated``)."""
    return recency.confirmation(request)
