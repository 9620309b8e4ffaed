"""Parts of one message: its formatted form in a frame of its own, what it quotes, its files, its delivery."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from privacy.vault.fields import is_erased
from privacy.web.files import sealed_file_response
from privacy.web.standing import in_background
from privacy.web.views import desk, get_visible
from tickets import delivery as sending
from tickets.channels.email import html as mail_html
from tickets.forms.desk import DeliveryForm
from tickets.models import Attachment, Message, OutboundMail

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:{pictures}",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    )
)


@desk
@require_safe
def html(request: HttpRequest, message_id: Any) -> HttpResponse:
    """The sanitised mail as a document of its own: no script, no form, remote pictures only if asked for."""
    message = get_visible(request, Message.objects.select_related("ticket"), pk=message_id)
    wants_remote = request.GET.get("pictures") == "remote"
    body = "" if is_erased(message.body_html) else _with_pictures(message, allow_remote=wants_remote)
    answer = render(request, "tickets/desk/message_frame.html", {"body": body, "message": message})
    answer["Content-Security-Policy"] = POLICY.format(pictures=" https: http:" if wants_remote else "")
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-store"
    return answer


@desk
@require_safe
def quote(request: HttpRequest, message_id: Any) -> HttpResponse:
    """What was cut off: the quoted mail and the signature."""
    message = get_visible(request, Message, pk=message_id)
    return render(request, "tickets/desk/_quote.html", {"message": message})


@desk
@require_safe
def attachment(request: HttpRequest, attachment_id: Any) -> Any:
    """A file, streamed; pictures may be shown in place, everything else is downloaded."""
    found = get_visible(request, Attachment, pk=attachment_id)
    shown = found.is_image and "shown" in request.GET
    return sealed_file_response(
        found.content, filename=found.filename, content_type=found.content_type, as_picture=shown
    )


@in_background
@desk
@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest, message_id: Any) -> HttpResponse:
    """How far a message has come; a POST sends again what failed, or says that it did arrive."""
    message = get_visible(request, Message.objects.select_related("ticket"), pk=message_id)
    mail = get_visible(request, OutboundMail, message=message)
    form = DeliveryForm(request.POST or None)
    if form.is_valid():
        verb = sending.mark_sent if form.cleaned_data["act"] == "sent" else sending.retry
        verb(mail)
        mail.refresh_from_db()
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:ticket", number=message.ticket.number)
    return render(request, "tickets/desk/_delivery.html", {"mail": mail, "message": message})


def _with_pictures(message: Message, *, allow_remote: bool) -> str:
    """The mail's own pictures point to its attachments; those of other servers load on demand only."""
    files = message.attachments.filter(deleted_at=None, is_image=True)
    urls = {file.content_id: f"{reverse('desk:attachment', args=[file.pk])}?shown" for file in files}
    return mail_html.with_pictures(message.body_html, urls, allow_remote=allow_remote)
