"""From a right password to being signed in: in between, nobody is; whoever needs a second factor is held here."""

from typing import Any

from django.contrib import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from privacy.enums import SignInWay
from privacy.factors import app, recovery, standing
from privacy.models import Passkey, User
from privacy.web import ceremony, throttle

BACKEND = "privacy.web.backends.AccountBackend"
HELD, SINCE = "held_id", "held_since"
HELD_FOR = 900  # seconds
TRIES_A_QUARTER = 10
TRIES_A_DAY = 40


def needs_more(user: User) -> bool:
    """Whether a password alone doesn't let this person in."""
    return standing.of(user).has_any or standing.is_required(user)


def hold(request: HttpRequest, user: User) -> None:
    """Remember whose password was right, under a new session key; nothing opens by that."""
    request.session.cycle_key()
    request.session[HELD] = str(user.pk)
    request.session[SINCE] = timezone.now().timestamp()


def held(request: HttpRequest) -> User | None:
    """Whose password was right a short while ago, and who is not signed in yet."""
    age = timezone.now().timestamp() - float(request.session.get(SINCE, 0))
    if not 0 <= age < HELD_FOR:
        return None
    found: User | None = User.objects.filter(pk=request.session.get(HELD), is_active=True).first()
    return found


def let_in(request: Any, user: User, way: SignInWay) -> None:
    """Sign in, under a session key that nobody knew before."""
    for name in (HELD, SINCE):
        request.session.pop(name, None)
    request.sign_in_way = way
    auth.login(request, user, backend=BACKEND)


def may_try(user: User) -> bool:
    """Count one more try of a second factor; right or wrong, too many lock all the same."""
    who = str(user.pk)
    lately = throttle.is_allowed("factor", who, limit=TRIES_A_QUARTER, seconds=900)
    return throttle.is_allowed("factor.day", who, limit=TRIES_A_DAY, seconds=24 * 3600) and lately


def way_proven(request: HttpRequest, user: User) -> SignInWay | None:
    """Which second factor the form brings, if it is right."""
    if answer := request.POST.get("answer"):
        key = ceremony.prove(request, Passkey.objects.filter(user=user), answer)
        return SignInWay.KEY if key else None
    if app.check(user, request.POST.get("code", "")):
        return SignInWay.APP
    return SignInWay.RECOVERY if recovery.redeem(user, request.POST.get("recovery", "")) else None


def set_up(request: HttpRequest, user: User) -> SignInWay | None:
    """Take the first factor of somebody into use: an app by its code, or a passkey that was just made."""
    if "answer" in request.POST:
        try:
            ceremony.take(request, Passkey(user=user), Passkey.objects.filter(user=user))
        except ValidationError:
            return None
        return SignInWay.KEY
    return SignInWay.APP if app.confirm(user, request.POST.get("code", "")) else None
