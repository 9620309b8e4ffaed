"""Mail that could not be taken in: why, what it was, and what can be done about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacy import access
from privacy.web.files import sealed_file_response
from privacy.web.lists import by_key
from privacy.web.views import desk, get_visible
from tickets.channels.email import attention as held
from tickets.enums import InboundState
from tickets.models import InboundMail

SHOWN_BYTES = 200_000
PAGE = 25


@desk
@require_safe
def attention(request: HttpRequest) -> HttpResponse:
    """The mails that wait for somebody to decide."""
    waiting = access.visible(request.user, InboundMail.objects.filter(state=InboundState.ATTENTION))
    waiting, cursor = waiting.select_related("mailbox"), request.GET.get("page", "")
    page = by_key(waiting, cursor, moment="received_at", size=PAGE)
    rows = [(mail, held.summary(mail), held.reason(mail.reason)) for mail in page.rows]
    return render(request, "tickets/desk/attention.html", {"page": page, "rows": rows, "source": "attention"})


@desk
@require_safe
def raw(request: HttpRequest, mail_id: Any) -> Any:
    """The mail as it came, as plain text that nothing interprets; ``?download`` for the whole file."""
    mail = get_visible(request, InboundMail, pk=mail_id)
    if "download" in request.GET:
        return sealed_file_response(mail.raw, filename=f"mail-{mail.pk}.eml", content_type="message/rfc822")
    context = {"mail": mail, "text": _start_of(mail), "reason": held.reason(mail.reason)}
    return render(request, "tickets/desk/raw_mail.html", {**context, "source": "attention"})


@desk
@require_POST
def retry(request: HttpRequest, mail_id: Any) -> HttpResponse:
    """Read it again."""
    if held.retry(get_visible(request, InboundMail, pk=mail_id), by=request.user):
        messages.success(request, _("The mail was taken in."))
    else:
        messages.warning(request, _("It still can't be read. Nothing was changed."))
    return redirect("desk:attention")


@desk
@require_POST
def ticket(request: HttpRequest, mail_id: Any) -> HttpResponse:
    """Make a ticket of it."""
    mail = get_visible(request, InboundMail, pk=mail_id)
    try:
        made = held.make_ticket(mail, by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("desk:attention")
    return redirect("desk:ticket", number=made.number)


@desk
@require_POST
def discard(request: HttpRequest, mail_id: Any) -> HttpResponse:
    """It needs no answer."""
    held.discard(get_visible(request, InboundMail, pk=mail_id), by=request.user)
    messages.success(request, _("The mail was put aside. It is not in any ticket."))
    return redirect("desk:attention")


def _start_of(mail: InboundMail) -> str:
    """The beginning of the mail, control characters made visible."""
    text, size = b"", 0
    for chunk in mail.raw.plain_chunks():  # type: ignore[attr-defined]
        text, size = text + chunk, size + len(chunk)
        if size > SHOWN_BYTES:
            break
    shown = text[:SHOWN_BYTES].decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in shown)
