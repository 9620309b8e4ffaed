"""Where the link of an invitation leads: a password of one's own, then in (or on to the second factor)."""

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from helpdesk import lockout, signing_in
from privacy import invitations
from privacy.enums import SignInWay
from privacy.web import origin, throttle
from privacy.web.views import public

TRIES_A_QUARTER = 60


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Looking at it changes nothing; the link is used up by choosing a password."""
    if not throttle.is_allowed("invitation", origin.network(request), limit=TRIES_A_QUARTER, seconds=900):
        return lockout.answer(request)
    user = invitations.whose(secret)
    if user is None:
        return render(request, "helpdesk/invitation_over.html", status=404)
    if settings.SSO_ONLY:
        return redirect("sign_in")
    form = SetPasswordForm(user, request.POST or None)
    if not form.is_valid():
        return render(request, "helpdesk/invitation.html", {"form": form, "invited": user})
    taken_up = invitations.accept(secret, form.cleaned_data["new_password1"])
    if taken_up is None:
        return render(request, "helpdesk/invitation_over.html", status=404)
    if signing_in.needs_more(taken_up):
        signing_in.hold(request, taken_up)
        return redirect("second_factor")
    signing_in.let_in(request, taken_up, SignInWay.PASSWORD)
    return redirect(reverse("desk:home"))
