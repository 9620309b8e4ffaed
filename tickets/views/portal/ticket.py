"""One question: what was said, and what its customer can do about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import custom
from privacy.custom.forms import SlotsForm
from privacy.web import throttle
from privacy.web.files import sealed_file_response
from privacy.web.views import get_visible
from tickets import lifecycle
from tickets.channels import web
from tickets.forms.portal import ReplyForm
from tickets.models import Attachment, Ticket
from tickets.views.portal.conversation import conversation
from tickets.views.portal.doors import one_ticket, ticket_of
from tickets.views.portal.standing import Question

A_QUARTER = 900
REPLIES = 20


@never_cache
@one_ticket
@require_safe
def ticket(request: Any, number: int) -> HttpResponse:
    """The conversation, and a place to go on with it."""
    found = ticket_of(request, number)
    return _page(request, found, _form(request, found))


@never_cache
@one_ticket
@require_http_methods(["POST"])
def replies(request: Any, number: int) -> HttpResponse:
    """Another message of the customer; a question that was done is open again."""
    found = ticket_of(request, number)
    form = _form(request, found)
    if not form.is_valid():
        return _page(request, found, form)
    if not throttle.is_allowed("reply", str(request.customer.pk), limit=REPLIES, seconds=A_QUARTER):
        form.refuse(gettext("Many messages came from you just now. Please send this one in 15 minutes."))
        return _page(request, found, form, status=429)
    given = form.cleaned_data
    web.reply(
        given["key"],
        found,
        by=request.customer,
        body_text=given["body"],
        attachments=given["attachments"],
    )
    form.keep_consents(request.customer.pk, by=request.customer)
    messages.success(request, gettext("Thank you. We have your message."))
    return redirect("portal:ticket", number)


@never_cache
@one_ticket
@require_POST
def details(request: Any, number: int) -> HttpResponse:
    """What the customer may say in custom fields."""
    found = ticket_of(request, number)
    form = SlotsForm(custom.slots(found, request.customer), request.POST)
    if form.is_valid():
        try:
            custom.set_values(found, form.custom_values, by=request.customer)
        except ValidationError as error:
            form.refuse_custom(error)
    if form.errors:
        return _page(request, found, _form(request, found), details=form, status=422)
    messages.success(request, gettext("Thank you. We have noted it."))
    return redirect("portal:ticket", number)


@one_ticket
@require_POST
def closure(request: Any, number: int) -> HttpResponse:
    """The customer's question is answered."""
    lifecycle.resolve(ticket_of(request, number), by=request.customer)
    messages.success(request, gettext("Good. We have marked your question as solved."))
    return redirect("portal:ticket", number)


@one_ticket
@require_POST
def reopening(request: Any, number: int) -> HttpResponse:
    """It wasn't answered after all."""
    lifecycle.reopen(ticket_of(request, number), by=request.customer)
    messages.success(request, gettext("Your question is open again. We'll look at it."))
    return redirect("portal:ticket", number)


@one_ticket
@require_safe
def attachment(request: Any, number: int, attachment_id: UUID) -> Any:
    """A file of the conversation; a picture that is proved to be one is shown, all else is downloaded."""
    files = Attachment.objects.filter(message__ticket=ticket_of(request, number), message__deleted_at=None)
    found = get_visible(request, files, pk=attachment_id)
    return sealed_file_response(
        found.content, filename=found.filename, content_type=found.content_type, as_picture=found.is_image
    )


def _form(request: Any, found: Ticket) -> ReplyForm:
    standing = Question(found).standing
    return ReplyForm(
        request=request,
        is_sent=request.resolver_match.url_name == "replies",  # the page has two forms
        invitation=standing.invitation,
        hint=standing.hint,
    )


def _page(
    request: Any, found: Ticket, form: ReplyForm, status: int = 200, details: SlotsForm | None = None
) -> HttpResponse:
    slots = custom.slots(found, request.customer)
    context = {
        "page": "tickets",
        "question": Question(found),
        "talk": conversation(request, found, request.GET.get("page", "")),
        "form": form,
        "slots": slots,
        "details_form": details or SlotsForm(slots),
        "is_guest": request.is_guest,
    }
    return render(request, "tickets/portal/ticket.html", context, status=status)
