"""One ticket: its page, and its history."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacy import access
from privacy.web.views import desk, get_visible
from tickets import drafting, events, lifecycle
from tickets.enums import MessageKind, Priority, Status
from tickets.forms.desk import NoteForm, ReplyForm, agents, departments
from tickets.models import Tag, Ticket
from tickets.views.desk import lists
from tickets.views.desk.thread import thread

OTHERS = 8


@desk
@require_safe
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The thread, the editor and the side column; the list beside it comes by itself."""
    found = load(request, number)
    context = {
        **side(request, found),
        **composer(request, found),
        "others": others(request, found),
        "thread": thread(found, request.user),
    }
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "tickets/desk/_ticket.html" if is_part else "tickets/desk/ticket.html", context)


@desk
@require_safe
def earlier(request: HttpRequest, number: int) -> HttpResponse:
    """The messages before those that the page shows."""
    found = load(request, number)
    context = {"ticket": found, "thread": thread(found, request.user, request.GET.get("page", ""))}
    return render(request, "tickets/desk/_earlier.html", context)


@desk
@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that happened to a ticket, newest first."""
    found = load(request, number)
    told = events.timeline(found, request.user)[::-1]
    context = {"ticket": found, "events": told, "source": lists.source_of(request)}
    return render(request, "tickets/desk/history.html", context)


@desk
@require_safe
def tags(request: HttpRequest, number: int) -> HttpResponse:
    """The tags there are, for the box that adds one."""
    found = get_visible(request, Ticket, number=number)
    known = access.visible(request.user, Tag.objects.exclude(taggings__in=found.taggings.all()))
    return render(request, "tickets/desk/_tag_choices.html", {"tags": known})


def load(request: HttpRequest, number: int) -> Ticket:
    """The ticket with its people."""
    rows = lists.with_people(Ticket.objects.select_related("department", "requester__organisation"))
    found: Ticket = get_visible(request, rows, number=number)
    return found


def changeable(request: HttpRequest, number: int) -> Ticket:
    """The ticket, if the agent may change it."""
    found: Ticket = get_visible(request, Ticket, number=number)
    if not access.may(request.user, access.Act.UPDATE, found):
        raise PermissionDenied
    return found


def side(request: HttpRequest, found: Ticket) -> dict[str, Any]:
    """What the properties show."""
    return {
        "ticket": found,
        "source": lists.source_of(request),
        "statuses": Status,
        "priorities": Priority,
        "agents": sorted(agents(request.user), key=lambda agent: agent.full_name.casefold()),
        "departments": list(departments(request.user)),
        "taggings": list(found.taggings.filter(deleted_at=None).select_related("tag").order_by("tag__name")),
    }


def composer(request: Any, found: Ticket) -> dict[str, Any]:
    """Both editors, with the drafts that were begun in them."""
    drafts = {draft.kind: draft for draft in found.drafts.filter(user=request.user)}
    reply, note = drafts.get(MessageKind.AGENT), drafts.get(MessageKind.NOTE)
    cc = reply.cc if reply else ", ".join(lifecycle.copy_addresses(found))
    initial = {"body": reply.body if reply else "", "cc": cc, "then_status": Status.PENDING}
    return {
        "reply_form": ReplyForm(initial=initial, auto_id="reply_%s"),
        "note_form": NoteForm(initial={"body": note.body if note else ""}, auto_id="note_%s"),
        "reply_draft": reply,
        "note_draft": note,
        "mode": "note" if note and not reply else "reply" if reply else "",
        "since": timezone.now().isoformat(),
    }


def others(request: HttpRequest, found: Ticket) -> list[Ticket]:
    """The customer's other tickets, newest first; one more than are shown tells that there are more."""
    theirs = Ticket.objects.filter(requester=found.requester_id).exclude(pk=found.pk).newest_first()
    return list(access.visible(request.user, theirs)[: OTHERS + 1])


def changed(request: HttpRequest, number: int, since: Any, errors: Any = None) -> HttpResponse:
    """After an act: the properties, the head, the row in the list and the new lines of the thread."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:ticket", number=number)
    found = load(request, number)
    lists.add_gists([found])
    told = [event for event in events.timeline(found, request.user) if event.moment >= since]
    context = {**side(request, found), "events": told, "errors": errors}
    return render(request, "tickets/desk/_changed.html", context, status=422 if errors else 200)

