"""Lock-out after failed sign-ins, by account and network; neither is stored in clear."""

import ipaddress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from privacy.identifiers import normalise_email
from privacy.vault.blind import mac
from privacy.web import origin


def network(request: HttpRequest) -> str:
    """The visitor's network as a keyed hash in the form of an address, as axes wants one."""
    return str(ipaddress.IPv6Address(mac("helpdesk.lockout.network", origin.network(request))))


def account(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The account that somebody tries to sign in to, as a keyed hash."""
    given = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    try:
        name = normalise_email(str(given))
    except ValueError:
        name = str(given)
    return mac("helpdesk.lockout.account", name).hex()


def answer(request: HttpRequest, credentials: dict[str, Any] | None = None, *_: Any) -> HttpResponse:
    """The same page whether the account exists or not."""
    return render(request, "helpdesk/locked_out.html", {"minutes": 15}, status=429)
