"""One ticket: its page, and its history.

A page first reads all its rows and only then opens what is sealed in them: so the keys come in one query.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from contacts.models import Contact
from privacy import access
from privacy.custom.forms import SlotsForm
from privacy.models import User
from privacy.web.lists import Page
from privacy.web.views import desk, get_visible
from tickets import delivery, events, queues, redacting
from tickets.channels.twitter import outbound, references
from tickets.enums import Channel, MessageKind, Priority, Status
from tickets.forms.desk import NoteForm, ReplyForm
from tickets.models import Tag, Tagging, Ticket
from tickets.views.desk import consents, fields, lists
from tickets.views.desk.powers import powers
from tickets.views.desk.thread import meet, messages_of, thread

OTHERS = 8


@desk
@require_safe
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The thread, the editor and the side column; the list beside it comes by itself."""
    found = get_visible(request, with_places(request.user), number=number)
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "_ticket.html" if is_part else "ticket.html"
    return render(request, f"tickets/desk/{template}", page(request, found))


@desk
@require_safe
def earlier(request: HttpRequest, number: int) -> HttpResponse:
    """The messages before those that the page shows."""
    found = get_visible(request, with_places(request.user), number=number)
    messages = messages_of(found, request.user, request.GET.get("page", ""))
    known = names(meet(found, messages.rows, request.user))
    redacting.show(found, messages.rows)
    told = thread(messages, events.timeline(found, request.user, known), is_continued=True)
    return render(request, "tickets/desk/_earlier.html", {"ticket": found, "thread": told})


@desk
@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that happened to a ticket, newest first."""
    found = get_visible(request, with_places(request.user), number=number)
    told = events.timeline(found, request.user)[::-1]
    context = {"ticket": found, "events": told, "source": lists.source_of(request)}
    return render(request, "tickets/desk/history.html", context)


@desk
@require_safe
def tags(request: HttpRequest, number: int) -> HttpResponse:
    """The tags there are, for the box that adds one."""
    get_visible(request, Ticket, number=number)
    known = access.visible(request.user, Tag.objects.all())
    return render(request, "tickets/desk/_tag_choices.html", {"tags": known})


def with_places(viewer: Any) -> Any:
    """Tickets with department and assignee, and whether the viewer may change them; people come with the messages."""
    rows = Ticket.objects.select_related("department", "assignee")
    return redacting.noted(rows).annotate(is_changeable=access.whether(viewer, access.Act.UPDATE, Ticket))


def changeable(request: HttpRequest, number: int) -> Ticket:
    """The ticket, if the agent may change it. Raises PermissionDenied."""
    found: Ticket = get_visible(request, Ticket, number=number)
    if not access.may(request.user, access.Act.UPDATE, found):
        raise PermissionDenied
    return found


def page(request: HttpRequest, found: Ticket) -> dict[str, Any]:
    """Everything that the page of a ticket shows."""
    messages: Page = messages_of(found, request.user)
    people = meet(found, messages.rows, request.user)
    redacting.show(found, messages.rows)
    context = {**side(request, found), **composer(request, found), "others": others(request, found)}
    context |= {"customer": found.requester, **consents.panel(request, found.requester)}
    context |= fields.of_person(request, found.requester)
    known = names(people, context)
    told = events.timeline(found, request.user, known, is_seen=True)
    return {**context, "thread": thread(messages, told)}


def side(request: HttpRequest, found: Ticket, tried: SlotsForm | None = None) -> dict[str, Any]:
    """What the properties show; former agents and tags are read along, the history mentions them."""
    crew = list(access.visible(request.user, User.everything.all()))
    taggings = list(Tagging.everything.filter(ticket=found).select_related("tag").order_by("tag__name"))
    return {
        "ticket": found,
        "powers": powers(request.user, found),
        "source": (source := lists.source_of(request)),
        "list_url": lists.url_of(source),
        "priorities": Priority,
        "crew": crew,
        "agents": SimpleLazyObject(
            lambda: [agent for agent in _by_name(crew) if agent.is_active and not agent.deleted_at]
        ),
        "departments": queues.rooms(request.user),
        "custom": fields.section(request, found, "ticket", tried),
        "all_taggings": taggings,
        "taggings": [tagging for tagging in taggings if not tagging.deleted_at],
    }


def composer(request: Any, found: Any) -> dict[str, Any]:
    """Both editors, with the drafts that were begun in them."""
    drafts = {draft.kind: draft for draft in found.drafts.filter(user=request.user)}
    reply, note = drafts.get(MessageKind.AGENT), drafts.get(MessageKind.NOTE)
    copies = (lambda: reply.cc) if reply else lambda: ", ".join(each.primary_email for each in found.copied)
    by_twitter = _by_twitter(found)
    answer = {"body": lambda: reply.body if reply else "", "cc": copies, "then_status": Status.PENDING}
    return {
        "reply_form": ReplyForm(initial=answer, auto_id="reply_%s"),
        "note_form": NoteForm(initial={"body": lambda: note.body if note else ""}, auto_id="note_%s"),
        "reply_draft": reply,
        "by_twitter": by_twitter,
        "note_draft": note,
        "mode": "note" if note and not reply else "reply" if reply else "",
        "since": timezone.now().isoformat(),
    }


def _by_twitter(found: Ticket) -> references.Reference | None:
    """What an answer goes below (or into, between two) on Twitter/X, if it goes there."""
    if delivery.answers_by(found) != Channel.TWITTER:
        return None
    asked = outbound.last_asked(found)
    return references.read(asked.message_id) if asked else None


def others(request: HttpRequest, found: Ticket) -> list[Ticket]:
    """The customer's other tickets, newest first; one more than are shown tells that there are more."""
    theirs = queues.of_person(found.requester, request.user).exclude(pk=found.pk)
    return list(theirs[: OTHERS + 1])


def names(people: dict[UUID, Contact], context: dict[str, Any] | None = None) -> events.Names:
    """The names that the page has read already, for the sentences of its events."""
    known: events.Names = {contact.pk: contact.display_name for contact in people.values()}
    if context is not None:
        known |= {agent.pk: agent.full_name for agent in context["crew"]}
        known |= {department.pk: department.name for department in context["departments"]}
        known |= {tagging.tag_id: tagging.tag.name for tagging in context["all_taggings"]}
    return known


def changed(
    request: HttpRequest, number: int, since: datetime, errors: Any = None, tried: SlotsForm | None = None
) -> HttpResponse:
    """After an act: the properties, the head, the row in the list and the new lines of the thread."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:ticket", number=number)
    found = get_visible(request, with_places(request.user), number=number)
    people = meet(found, [], request.user)
    lists.add_gists([found])
    context = side(request, found, tried)
    told = events.timeline(found, request.user, names(people, context))
    context |= {"events": [event for event in told if event.moment >= since], "errors": errors}
    return render(request, "tickets/desk/_changed.html", context, status=422 if errors else 200)


def _by_name(people: list[User]) -> list[User]:
    return sorted(people, key=lambda person: person.full_name.casefold())
