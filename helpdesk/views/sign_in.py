"""The sign-in of staff, and the question who is there before a critical act."""

from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk import lockout, signing_in
from helpdesk.forms import SignInForm
from privacy import access
from privacy.enums import SignInWay
from privacy.models import Passkey
from privacy.web import ceremony, origin, recency, throttle
from privacy.web.views import desk, public, safe_next, with_next

TRIES_A_QUARTER = 60
ACCOUNT_TRIES_AN_HOUR = 30


def by_password(view: Any) -> Any:
    """Closed where the company's sign-in is the only way."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SSO_ONLY:
            return redirect("sign_in")
        return cast(HttpResponse, view(request, *args, **kwargs))

    return guarded


class SignIn(auth_views.LoginView):
    """Staff sign in with their address and password, and a second factor if they have or need one."""

    template_name = "helpdesk/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    audience = "public"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SSO_ONLY:
            return redirect("sign_in")
        network, account = origin.network(request), lockout.account(request)
        allowed = throttle.is_allowed("sign_in", network, limit=TRIES_A_QUARTER, seconds=900)
        allowed &= throttle.is_allowed("account", account, limit=ACCOUNT_TRIES_AN_HOUR, seconds=3600)
        return super().post(request, *args, **kwargs) if allowed else lockout.answer(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the company's sign-in, if there is one."""
        ways = {
            "sso": bool(settings.SSO_ISSUER),
            "sso_name": settings.SSO_NAME,
            "sso_only": settings.SSO_ONLY,
        }
        return {**super().get_context_data(**kwargs), **ways}

    def form_valid(self, form: Any) -> HttpResponse:
        """The password is right: in, or on to the second factor."""
        user = form.get_user()
        if not signing_in.needs_more(user):
            signing_in.let_in(self.request, user, SignInWay.PASSWORD)
            return redirect(self.get_success_url())
        going = self.get_success_url()
        signing_in.hold(self.request, user)
        return redirect(with_next(self.request, "second_factor", going))


class AdminSignIn(SignIn):
    """The administration's sign-in; staff who are signed in but may not use it are told so."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not access.administers(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


@public
@never_cache
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey and nothing else: it is a device and, by finger or PIN, the person too."""
    if settings.SSO_ONLY:
        return redirect("sign_in")
    if not throttle.is_allowed("sign_in", origin.network(request), limit=TRIES_A_QUARTER, seconds=900):
        return lockout.answer(request)
    key = ceremony.prove(request, ceremony.staff_keys(), request.POST.get("answer", ""))
    if key is None:
        return _refused(request)
    signing_in.let_in(request, key.user, SignInWay.PASSKEY)
    return redirect(safe_next(request, reverse("desk:home")))


@public
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is asked: for a key of whoever gave their password or is signed in, else for any key."""
    known = request.user if request.user.is_authenticated else signing_in.held(request)
    return ceremony.ask_to_prove(request, Passkey.objects.filter(user=known) if known else ())


@desk
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    """Who is there? Asked before critical acts (``recently_authenticated``)."""
    return recency.confirmation(request)


def _refused(request: HttpRequest) -> HttpResponse:
    """The sign-in page again, with one sentence, whatever was wrong with the passkey."""
    page = SignIn()
    page.setup(request)
    said = _("This passkey doesn't open an account here. Sign in with your password.")
    form = SignInForm(request)
    return page.render_to_response(page.get_context_data(form=form, passkey_error=said), status=403)
