"""Asking a question, signed in or not."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.models import Contact
from privacy.consent import Proof
from privacy.web import origin, throttle
from privacy.web.views import public
from tickets.channels import web
from tickets.enums import Channel
from tickets.forms.portal import AskForm, CustomerAskForm
from tickets.models import Ticket
from tickets.views.portal import pace

A_QUARTER = 900
PER_NETWORK = 15
PER_ADDRESS = 5
ASKED = "asked"
AS_LONG_AS = 0.25


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Any) -> HttpResponse:
    """The form. What was sent becomes a ticket; who sends it twice gets the same one."""
    form = (CustomerAskForm if request.customer else AskForm)(request=request)
    status = 200
    if form.is_bound and form.is_valid():
        if _is_allowed(request, form):
            with pace.at_least(0.0 if request.customer else AS_LONG_AS):
                ticket = _receive(request, form)
            if ticket is not None:
                _keep_consents(form, ticket)
                request.session[ASKED] = ticket.number
                return redirect("portal:asked")
        else:
            status = 429
            form.refuse(gettext("Many questions came from you just now. Please send this one in 15 minutes."))
    return render(request, "tickets/portal/ask.html", {"page": "ask", "form": form}, status=status)


@public
@never_cache
@require_safe
def asked(request: Any) -> HttpResponse:
    """What happens next. The number comes out of the session: nobody else's page says anything."""
    number = request.session.get(ASKED)
    if not number:
        return redirect("portal:home")
    return render(request, "tickets/portal/asked.html", {"number": number})


def _receive(request: Any, form: AskForm) -> Ticket | None:
    """The ticket; None if a custom field can't have this value, which the form then says."""
    given, language = form.cleaned_data, (get_language() or "")[:2]
    customer: Contact | None = request.customer
    try:
        return web.ask(
            given["key"],
            requester=customer or web.visitor(given["email"], full_name=given["name"], language=language),
            subject=given["subject"],
            body_text=given["body"],
            channel=Channel.PORTAL if customer else Channel.WEB,
            language=language,
            department=given.get("department"),
            attachments=given["attachments"],
            values=form.custom_values,
        )
    except ValidationError as error:
        form.refuse_custom(error)
        return None


def _keep_consents(form: AskForm, ticket: Ticket) -> None:
    """Whoever isn't signed in merely typed an address; a sender of spam is asked nothing by mail."""
    if ticket.deleted_at is not None:
        return
    proof = Proof.KNOWN if form.request.customer else Proof.NONE  # type: ignore[attr-defined]
    form.keep_consents(ticket.requester_id, by=ticket.requester, proof=proof)


def _is_allowed(request: Any, form: AskForm) -> bool:
    who = str(request.customer.pk) if request.customer else form.cleaned_data["email"]
    network = origin.network(request)
    allowed = throttle.is_allowed("ask.network", network, limit=PER_NETWORK, seconds=A_QUARTER)
    return throttle.is_allowed("ask.address", who, limit=PER_ADDRESS, seconds=A_QUARTER) and allowed
