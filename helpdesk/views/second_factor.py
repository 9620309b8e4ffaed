"""Between the right password and the desk: the second factor, or setting up a first one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk import lockout, signing_in
from helpdesk.qr import app_picture
from privacy.factors import app, recovery, standing
from privacy.models import Passkey
from privacy.web import ceremony
from privacy.web.views import public, safe_next, with_next


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor; whoever has none yet sets one up."""
    user = signing_in.held(request)
    going = safe_next(request, reverse("desk:home"))
    if user is None:
        return redirect(with_next(request, "sign_in", going))
    factors = standing.of(user)
    if not factors.has_any:
        return redirect(with_next(request, "set_up_factor", going))
    error = ""
    if request.method == "POST":
        if not signing_in.may_try(user):
            return lockout.answer(request)
        way = signing_in.way_proven(request, user)
        if way is not None:
            signing_in.let_in(request, user, way)
            return redirect(going)
        error = _("That isn't right. Please try again.")
    context = {"factors": factors, "next": going, "error": error}
    return render(request, "helpdesk/second_factor.html", context)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Whoever needs a second factor and has none sets one up before anything opens."""
    user = signing_in.held(request)
    going = safe_next(request, reverse("desk:home"))
    if user is None or standing.of(user).has_any:
        return redirect(with_next(request, "sign_in" if user is None else "second_factor", going))
    error = ""
    if request.method == "POST":
        way = signing_in.set_up(request, user)
        if way is not None:
            codes = recovery.renew(user)
            signing_in.let_in(request, user, way)
            return render(request, "helpdesk/recovery_codes.html", {"codes": codes, "next": going})
        error = _("That didn't work. Please try again.")
    return render(
        request,
        "helpdesk/set_up_factor.html",
        {"next": going, "error": error, **app_picture(app.pending(user))},
    )


@public
@never_cache
@require_POST
def set_up_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs in order to make the first passkey of somebody who gave their password."""
    user = signing_in.held(request)
    if user is None or standing.of(user).has_any:
        return HttpResponse(status=403)
    return ceremony.ask_to_make(request, ceremony.owner_of(user), Passkey.objects.filter(user=user))
