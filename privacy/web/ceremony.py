"""Passkeys between browser and server: the challenge that was asked, kept in the session until it is answered once."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.factors import passkeys
from privacy.models import KeyPair, Passkey, User
from privacy.web import devices

CHALLENGE = "challenge"
GOOD_FOR = 300  # seconds
LONGEST_NAME = 60


def staff_keys() -> Any:
    """The passkeys of everybody who may sign in."""
    return Passkey.objects.filter(user__is_active=True, user__deleted_at=None)


def owner_of(user: User) -> passkeys.Owner:
    """A member of staff, to the browser."""
    return passkeys.Owner(user.pk.bytes, user.email, user.full_name)


def ask_to_make(request: HttpRequest, owner: passkeys.Owner, known: Any) -> HttpResponse:
    """What the browser needs in order to make another key besides those ``known``."""
    return _asked(request, "make", *passkeys.ask_to_make(site_of(request), owner, known))


def ask_to_prove(request: HttpRequest, keys: Any = ()) -> HttpResponse:
    """What the browser needs in order to sign with one of these keys, or with any of ours."""
    return _asked(request, "prove", *passkeys.ask_to_prove(site_of(request), keys))


def take(request: HttpRequest, key: KeyPair, known: Any) -> None:
    """Save the key that the browser made. Raises ValidationError if its answer isn't true.

    Its name is what was typed, or else the browser's.
    """
    if known.count() >= passkeys.MOST:
        raise ValidationError(_("You have enough passkeys. Remove one first."))
    key.label = request.POST.get("label", "").strip()[:LONGEST_NAME] or browser(request)
    passkeys.take(
        key, request.POST.get("answer", ""), site=site_of(request), challenge=_answered(request, "make")
    )


def prove(request: HttpRequest, keys: Any, answer: str) -> Any:
    """The key that signed what this session was asked, or None."""
    return passkeys.prove(keys, answer, site=site_of(request), challenge=_answered(request, "prove"))


def browser(request: HttpRequest) -> str:
    """What a key is called if nobody says otherwise."""
    return devices.describe(request.headers.get("User-Agent", ""))


def site_of(request: HttpRequest) -> passkeys.Site:
    """The place that this request came to; ALLOWED_HOSTS has checked it."""
    host = request.get_host()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return passkeys.Site(name or host, f"{request.scheme}://{host}", settings.COMPANY_NAME)


def _asked(request: HttpRequest, wanted: str, options: str, challenge: str) -> HttpResponse:
    request.session[CHALLENGE] = [wanted, challenge, timezone.now().timestamp()]
    answer = HttpResponse(options, content_type="application/json")
    answer["Cache-Control"] = "no-store"
    return answer


def _answered(request: HttpRequest, wanted: str) -> str:
    """The challenge, once; an empty one answers nothing."""
    asked, challenge, at = request.session.pop(CHALLENGE, ["", "", 0])
    fresh = 0 <= timezone.now().timestamp() - at < GOOD_FOR
    return str(challenge) if asked == wanted and fresh else ""
