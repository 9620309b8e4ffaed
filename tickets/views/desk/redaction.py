"""Blacking out: choose in a message what goes, see how many places that are, do it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from privacy import access
from privacy.access import Act
from privacy.web.views import desk, get_visible
from tickets import redacting
from tickets.forms.redaction import RedactionForm
from tickets.models import Message
from tickets.models.ticket import REDACT


@desk
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def redaction(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The form; sent, what would happen; confirmed, done. ``begun`` brings words along from a search."""
    message = get_visible(request, Message.objects.select_related("ticket"), pk=message_id)
    access.demand(request.user, Act.UPDATE, message.ticket, REDACT)
    suggested = redacting.suggestions(message)
    if "begun" in request.POST:
        form = RedactionForm(spots=suggested, initial={"what": request.POST["begun"][:5_000]})
        return _page(request, message, form)
    form = RedactionForm(request.POST or None, spots=suggested)
    if not form.is_valid():
        return _page(request, message, form, status=422 if form.is_bound else 200)
    try:
        return (
            _confirmed(request, message, form)
            if "confirmed" in request.POST
            else _ask(request, message, form)
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, message, form, status=422)


def _ask(request: HttpRequest, message: Message, form: RedactionForm) -> HttpResponse:
    made = redacting.plan(message, form.texts, with_subject=form.cleaned_data["with_subject"])
    if made.is_empty:
        form.add_error(None, _("This stands nowhere in the ticket."))
        return _page(request, message, form, status=422)
    return _page(request, message, form, plan=made)


def _confirmed(request: HttpRequest, message: Message, form: RedactionForm) -> HttpResponse:
    given = form.cleaned_data
    done = redacting.redact(
        message, form.texts, reason=given["reason"], with_subject=given["with_subject"], by=request.user
    )
    if done is not None:
        said = ngettext("Blacked out in {count} place.", "Blacked out in {count} places.", done.places)
        messages.success(request, said.format(count=done.places))
    return redirect("desk:ticket", number=message.ticket.number)


def _page(
    request: HttpRequest, message: Message, form: RedactionForm, *, status: int = 200, plan: Any = None
) -> HttpResponse:
    files = message.attachments.order_by("created_at", "id")
    context = {
        "message": message,
        "files": files,
        "ticket": message.ticket,
        "form": form,
        "plan": plan,
        "source": "all",
    }
    return render(request, "tickets/desk/redaction.html", context, status=status)
