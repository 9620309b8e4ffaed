"""What agents write: answers, internal notes, and the drafts of both."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from privacy.web.views import desk, get_visible
from tickets import drafting, lifecycle
from tickets.forms.desk import DraftForm, NoteForm, ReplyForm
from tickets.models import Ticket
from tickets.views.desk import lists
from tickets.views.desk.thread import thread
from tickets.views.desk.ticket import changeable, composer, load, side


@desk
@require_POST
def replies(request: HttpRequest, number: int) -> HttpResponse:
    """Answer the customer, and set the status that goes with it."""
    ticket = changeable(request, number)
    form = ReplyForm(request.POST, request.FILES, auto_id="reply_%s")
    if not form.is_valid():
        return _again(request, number, "reply", form)
    lifecycle.reply(
        ticket,
        by=request.user,
        body_text=form.cleaned_data["body"],
        cc=form.cleaned_data["cc"],
        attachments=form.cleaned_data["files"],
        then_status=form.cleaned_data["then_status"] or None,
    )
    return _written(request, number, "reply")


@desk
@require_POST
def notes(request: HttpRequest, number: int) -> HttpResponse:
    """Leave a note that the customer doesn't see."""
    ticket = changeable(request, number)
    form = NoteForm(request.POST, request.FILES, auto_id="note_%s")
    if not form.is_valid():
        return _again(request, number, "note", form)
    files, body = form.cleaned_data["files"], form.cleaned_data["body"]
    lifecycle.note(ticket, by=request.user, body_text=body, attachments=files)
    return _written(request, number, "note")


@desk
@require_POST
def drafts(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what has been typed so far."""
    ticket = get_visible(request, Ticket, number=number)
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
def draft_removal(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a draft away: the editor is empty again."""
    ticket = get_visible(request, Ticket, number=number)
    form = DraftForm(request.POST)
    if form.is_valid():
        drafting.discard(ticket, form.cleaned_data["kind"], by=request.user)
    which = "note" if request.POST.get("kind") == "note" else "reply"
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:ticket", number=number)
    return render(request, f"tickets/desk/_{which}.html", _context(request, number, {"is_emptied": True}))


def _written(request: HttpRequest, number: int, which: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:ticket", number=number)
    ticket = load(request, number)
    lists.add_gists([ticket])
    context = {**side(request, ticket), **composer(request, ticket), "thread": thread(ticket, request.user)}
    return render(request, "tickets/desk/_written.html", {**context, "which": which})


def _again(request: HttpRequest, number: int, which: str, form: Any) -> HttpResponse:
    """The editor with what was typed and what is wrong with it."""
    whole = not request.htmx  # type: ignore[attr-defined]
    context = _context(request, number, {f"{which}_form": form, "mode": which})
    if whole:
        context |= {"thread": thread(context["ticket"], request.user), "others": []}
    template = "tickets/desk/ticket.html" if whole else f"tickets/desk/_{which}.html"
    return render(request, template, context, status=422)


def _context(request: HttpRequest, number: int, more: dict[str, Any]) -> dict[str, Any]:
    ticket = load(request, number)
    return {**side(request, ticket), **composer(request, ticket), **more}
