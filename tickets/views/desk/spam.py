"""Spam at the desk: marking a ticket as such, looking at what was kept out, and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Contact
from privacy import access, retention
from privacy.web.lists import by_key
from privacy.web.views import desk, get_visible
from tickets import spam
from tickets.channels.email import attention as held
from tickets.enums import InboundState
from tickets.models import InboundMail, Ticket
from tickets.views.desk import lists
from tickets.views.desk.deletion import say_deleted

PAGE = 25


@desk
@require_POST
def mark(request: HttpRequest, number: int) -> HttpResponse:
    """The ticket goes to the bin; mails of its sender are kept out."""
    ticket = get_visible(request, Ticket.objects.select_related("requester"), number=number)
    entry = spam.mark(ticket, by=request.user)
    said = _("Ticket #{number} is in the recycle bin as spam. Mails of its sender are kept out from now on.")
    say_deleted(request, said.format(number=number), [entry] if entry else [])
    return redirect(lists.url_of(lists.source_of(request)))


@desk
@require_safe
def kept_out(request: HttpRequest) -> HttpResponse:
    """The mails that came from senders of spam, newest first."""
    mails = access.visible(request.user, InboundMail.objects.filter(state=InboundState.SPAM))
    page = by_key(
        mails.select_related("mailbox"), request.GET.get("page", ""), moment="received_at", size=PAGE
    )
    context = {
        "page": page,
        "rows": [(mail, held.summary(mail)) for mail in page.rows],
        "days": retention.days()["mails.spam"],
        "source": "attention",
    }
    return render(request, "tickets/desk/kept_out.html", context)


@desk
@require_POST
def take_in(request: HttpRequest, mail_id: Any) -> HttpResponse:
    """This mail is none, nor are the next ones of its sender."""
    mail = get_visible(request, InboundMail, pk=mail_id)
    try:
        made = held.take_in(mail, by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("desk:kept_out")
    messages.success(request, _("The mail was taken in, and its sender is no longer kept out."))
    return redirect("desk:ticket", number=made.number)


@desk
@require_POST
def clear(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """This contact sends no spam."""
    contact = get_visible(request, Contact, pk=contact_id)
    spam.clear(contact, by=request.user)
    messages.success(request, _("Mails of this contact are taken in again."))
    return redirect("desk:person", contact.pk)
