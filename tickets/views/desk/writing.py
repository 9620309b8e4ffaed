"""What agents write: answers, internal notes, and the drafts of both."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from privacy.web.views import desk, get_visible
from tickets import drafting, lifecycle
from tickets.enums import MessageKind
from tickets.forms.desk import DraftForm, NoteForm, ReplyForm
from tickets.forms.fields import too_much
from tickets.models import Ticket
from tickets.views.desk import lists
from tickets.views.desk.ticket import changeable, page, with_places


@desk
@require_POST
def replies(request: Any, number: int) -> HttpResponse:
    """Answer the customer, and set the status that goes with it."""
    ticket = changeable(request, number)
    form = ReplyForm(request.POST, request.FILES, auto_id="reply_%s")
    refuse_too_much(request, form)
    if not form.is_valid():
        return _again(request, number, "reply", form)
    lifecycle.reply(
        ticket,
        by=request.user,
        body_text=form.cleaned_data["body"],
        cc=form.cleaned_data["cc"] if "cc" in request.POST else None,
        attachments=form.cleaned_data["files"],
        then_status=form.cleaned_data["then_status"] or None,
    )
    return _written(request, number, "reply")


@desk
@require_POST
def notes(request: Any, number: int) -> HttpResponse:
    """Leave a note that the customer doesn't see."""
    ticket = changeable(request, number)
    form = NoteForm(request.POST, request.FILES, auto_id="note_%s")
    refuse_too_much(request, form)
    if not form.is_valid():
        return _again(request, number, "note", form)
    files, body = form.cleaned_data["files"], form.cleaned_data["body"]
    lifecycle.note(ticket, by=request.user, body_text=body, attachments=files)
    return _written(request, number, "note")


@desk
@require_POST
def drafts(request: Any, number: int) -> HttpResponse:
    """Keep what has been typed so far, by whoever may send it."""
    ticket = changeable(request, number)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return render(request, "tickets/desk/_draft_state.html", {"is_refused": True}, status=422)
    typed = form.cleaned_data
    draft = drafting.keep(
        ticket, typed["kind"], by=request.user, body=typed["body"], cc=typed["cc"], since=typed["since"]
    )
    return render(request, "tickets/desk/_draft_state.html", {"draft": draft, "saved_at": timezone.now()})


@desk
@require_POST
def draft_removal(request: Any, number: int) -> HttpResponse:
    """Throw a draft away: the editor is empty again."""
    ticket = get_visible(request, Ticket, number=number)
    form = DraftForm(request.POST)
    if form.is_valid():
        drafting.discard(ticket, form.cleaned_data["kind"], by=request.user)
    if not request.htmx:
        return redirect("desk:ticket", number=number)
    which = "note" if request.POST.get("kind") == MessageKind.NOTE else "reply"
    context = {
        **page(request, get_visible(request, with_places(request.user), number=number)),
        "is_emptied": True,
    }
    return render(request, f"tickets/desk/_{which}.html", context)


def refuse_too_much(request: HttpRequest, form: Any) -> None:
    """Files that were so large together that they weren't even read are an error beside the files."""
    if wrong := too_much(request):
        form.add_error("files", wrong)


def _written(request: HttpRequest, number: int, which: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:ticket", number=number)
    ticket = get_visible(request, with_places(request.user), number=number)
    lists.add_gists([ticket])
    return render(request, "tickets/desk/_written.html", {**page(request, ticket), "which": which})


def _again(request: HttpRequest, number: int, which: str, form: Any) -> HttpResponse:
    """The editor with what was typed and what is wrong with it."""
    ticket = get_visible(request, with_places(request.user), number=number)
    context = {**page(request, ticket), f"{which}_form": form, "mode": which}
    template = f"_{which}.html" if request.htmx else "ticket.html"  # type: ignore[attr-defined]
    return render(request, f"tickets/desk/{template}", context, status=422)
