"""There and back: to the company's sign-in, and in with what it says."""

from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from mozilla_django_oidc import views as oidc

from helpdesk import signing_in
from privacy.enums import SignInWay
from privacy.web.views import with_next


class CompanyDoor:
    """Open only where the installation has such a sign-in."""

    audience = "public"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SSO_ISSUER:
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        answer["Cache-Control"] = "no-store"
        return answer


class Leave(CompanyDoor, oidc.OIDCAuthenticationRequestView):
    """Off to the company's sign-in."""


class Return(CompanyDoor, oidc.OIDCAuthenticationCallbackView):
    """Back from it. Whatever was wrong, the page says the same, and the log the kind of error only."""

    user: Any

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            answer: HttpResponse = super().get(request)
        except (SuspiciousOperation, requests.RequestException, jwt.PyJWTError, KeyError, ValueError):
            return self.login_failure()
        return answer

    def login_success(self) -> HttpResponse:
        going = self.success_url
        if signing_in.needs_more(self.user) and not settings.SSO_IS_SECOND_FACTOR:
            signing_in.hold(self.request, self.user)
            return redirect(with_next(self.request, "second_factor", going))
        signing_in.let_in(self.request, self.user, SignInWay.COMPANY)
        return redirect(going)

    def login_failure(self) -> HttpResponse:
        messages.error(
            self.request, _("Your company's sign-in didn't lead to an account here. Ask an administrator.")
        )
        return redirect("sign_in")
