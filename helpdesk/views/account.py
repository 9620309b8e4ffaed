"""One's own account: name, language, appearance; what one signs in with; where one is signed in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.forms import AccountForm
from helpdesk.qr import app_picture
from privacy import access, visits
from privacy.factors import app, passkeys, recovery, standing
from privacy.models import Passkey, Visit
from privacy.sessions import VISIT
from privacy.web import ceremony
from privacy.web.recency import recently_authenticated
from privacy.web.views import desk, get_visible


@desk
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Any) -> HttpResponse:
    """The page of it all; a POST saves name, language, time zone and appearance."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        answer = redirect("account")
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # the account's language rules from now on
        return answer
    context = {
        "form": form,
        "factors": standing.of(request.user),
        "is_required": standing.is_required(request.user),
        "passkeys": access.visible(request.user, Passkey.objects.all()),
        "visits": visits.open_ones(access.visible(request.user, Visit.objects.all())),
        "current": request.session.get(VISIT),
    }
    return render(request, "helpdesk/desk/account.html", context)


@desk
@never_cache
@recently_authenticated
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: Any) -> HttpResponse:
    """Set an app up; it takes the place of an earlier one."""
    error = ""
    if request.method == "POST":
        if app.confirm(request.user, request.POST.get("code", "")):
            return _done(request, _("The app is set up."))
        error = _("This code isn't right. Check that the app's clock is, and type the newest code.")
    picture = app_picture(app.pending(request.user))
    return render(request, "helpdesk/desk/authenticator.html", {"error": error, **picture})


@desk
@require_POST
@recently_authenticated
def authenticator_removal(request: Any) -> HttpResponse:
    """Sign in without the app from now on."""
    try:
        app.remove(request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The app is removed."))
    return redirect("account")


@desk
@never_cache
@recently_authenticated
@require_http_methods(["GET", "HEAD", "POST"])
def new_passkey(request: Any) -> HttpResponse:
    """Set a passkey up, under a name by which one knows it again."""
    error = ""
    if request.method == "POST":
        try:
            ceremony.take(request, Passkey(user=request.user), Passkey.objects.filter(user=request.user))
        except ValidationError as problem:
            error = problem.messages[0]
        else:
            return _done(request, _("The passkey is set up."))
    return render(
        request, "helpdesk/desk/new_passkey.html", {"error": error, "label": ceremony.browser(request)}
    )


@desk
@never_cache
@require_POST
@recently_authenticated
def new_passkey_options(request: Any) -> HttpResponse:
    """What the browser needs in order to make a key."""
    known = Passkey.objects.filter(user=request.user)
    return ceremony.ask_to_make(request, ceremony.owner_of(request.user), known)


@desk
@require_POST
@recently_authenticated
def passkey_removal(request: Any, key_id: UUID) -> HttpResponse:
    """Take a passkey off: it opens nothing any more."""
    key = get_visible(request, Passkey, pk=key_id)
    try:
        passkeys.remove(key)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The passkey is removed."))
    return redirect("account")


@desk
@never_cache
@require_POST
@recently_authenticated
def recovery_codes(request: Any) -> HttpResponse:
    """Ten new codes; the old ones end."""
    if not standing.of(request.user).has_any:
        return redirect("account")
    return _codes(request)


@desk
@require_POST
def visit_removal(request: Any, visit_id: UUID) -> HttpResponse:
    """End one session."""
    visits.end(get_visible(request, Visit, pk=visit_id))
    messages.success(request, _("That session has ended."))
    return redirect("account")


@desk
@require_POST
def other_visits_removal(request: Any) -> HttpResponse:
    """End every session but this one."""
    visits.end_others(request.user, but=request.session.get(VISIT))
    messages.success(request, _("All other sessions have ended."))
    return redirect("account")


def _done(request: Any, said: str) -> HttpResponse:
    """Back to the account; with the first factor come the codes for the day on which it is lost."""
    messages.success(request, said)
    if standing.of(request.user).recovery_codes:
        return redirect("account")
    return _codes(request)


def _codes(request: Any) -> HttpResponse:
    context: dict[str, Any] = {"codes": recovery.renew(request.user), "next": reverse("account")}
    return render(request, "helpdesk/recovery_codes.html", context)
