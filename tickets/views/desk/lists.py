"""Lists of tickets: a view or a department, and what each row shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from contacts.models import Contact
from privacy.models import User
from privacy.web.lists import Page, by_key, key_of
from privacy.web.views import get_visible
from tickets import narrowing, queues
from tickets.delivery import RETRYABLE
from tickets.enums import MessageKind
from tickets.forms.narrowing import NarrowingForm
from tickets.models import Department, Message, OutboundMail, Ticket
from tickets.narrowing import Wish

OF_DEPARTMENT, OF_PERSON = "d-", "p-"
A_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NAME = re.compile(rf"{OF_DEPARTMENT}[-\w]+|{OF_PERSON}{A_UUID}")
HAS = "has"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list that tickets are taken from; ``source`` names it in the addresses of its tickets.

    ``wishes`` are the custom fields by which it is narrowed, ``query`` the same in an address.
    """

    source: str
    title: str
    url: str
    tickets: Any
    wishes: tuple[tuple[Wish, str], ...] = ()
    query: str = ""


def shelf(request: HttpRequest, source: str) -> Shelf:
    """The list of this name, narrowed as the address says. Raises Http404."""
    return narrow(request, _whole(request, source))


def narrow(request: HttpRequest, whole: Shelf) -> Shelf:
    """A list, narrowed as the address says."""
    wanted = narrowing.read(request.GET.getlist(HAS), request.user)
    if not wanted:
        return whole
    without = tuple((wish, _query(each for each in wanted if each != wish)) for wish in wanted)
    tickets = narrowing.narrowed(whole.tickets, wanted)
    return replace(whole, tickets=tickets, wishes=without, query=_query(wanted))


def _query(wanted: Iterable[Wish]) -> str:
    return urlencode([(HAS, wish.code) for wish in wanted])


def _whole(request: HttpRequest, source: str) -> Shelf:
    if source.startswith(OF_DEPARTMENT):
        department = get_visible(request, Department, slug=source.removeprefix(OF_DEPARTMENT))
        found = queues.department_queue(department, request.user)
        return Shelf(source, department.name, url_of(source), found)
    if source.startswith(OF_PERSON) and NAME.fullmatch(source):
        return of_person(request, get_visible(request, Contact, pk=source.removeprefix(OF_PERSON)))
    if source not in queues.QUEUES:
        raise Http404
    title = str(queues.QUEUES[source].title)
    return Shelf(source, title, url_of(source), queues.queue(source, request.user))


def of_person(request: HttpRequest, contact: Contact) -> Shelf:
    """All that somebody ever asked, whatever way it came."""
    source = f"{OF_PERSON}{contact.pk}"
    tickets = queues.of_person(contact, request.user)
    return Shelf(source, gettext("Tickets"), url_of(source), tickets)


def url_of(source: str) -> str:
    """The address of the list of this name."""
    if source.startswith(OF_DEPARTMENT):
        return reverse("desk:department", args=[source.removeprefix(OF_DEPARTMENT)])
    if source.startswith(OF_PERSON):
        return reverse("desk:person", args=[source.removeprefix(OF_PERSON)])
    return reverse("desk:queue", args=[source])


def source_of(request: Any) -> str:
    """Which list the agent has beside the ticket: given, or in the address that htmx tells."""
    asked = request.POST.get("in") or request.GET.get("in")
    if not asked and request.htmx and request.htmx.current_url:
        asked = parse_qs(urlsplit(request.htmx.current_url).query).get("in", [""])[0]
    known = asked and (asked in queues.QUEUES or NAME.fullmatch(asked))
    return asked if known else "open"


def context(request: HttpRequest, shelf: Shelf) -> dict[str, Any]:
    """Everything that a list shows."""
    cursor = request.GET.get("page", "")
    page = page_of(shelf.tickets, request.user, cursor)
    return {
        "shelf": shelf,
        "source": shelf.source,
        "page": page,
        "newest": key_of(page.rows[0], "last_message_at") if page.rows else "",
        "narrowing": SimpleLazyObject(lambda: NarrowingForm(narrowing.offered(request.user))),
    }


def template(request: HttpRequest, whole: str) -> str:
    """A whole page; for htmx the list beside a ticket, or the next rows of it."""
    if not request.htmx or request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return whole
    return "tickets/desk/_rows.html" if request.GET.get("page") else "tickets/desk/_list.html"


def page_of(tickets: Any, viewer: Any, cursor: str = "") -> Page:
    """A page of rows that the viewer may see, newest first."""
    page = by_key(with_people(tickets), cursor, moment="last_message_at", viewer=viewer)
    add_gists(page.rows)
    return page


def with_people(tickets: Any) -> Any:
    """Tickets with all that a row shows of people."""
    return tickets.select_related("requester", "assignee").prefetch_related("requester__identities")


def add_gists(tickets: Iterable[Ticket]) -> None:
    """Hang on each ticket the last message that wasn't a note, and whether an answer didn't go out."""
    rows: dict[Any, Any] = {ticket.pk: ticket for ticket in tickets}
    failed = OutboundMail.objects.filter(ticket__in=rows, state__in=RETRYABLE)
    undelivered = set(failed.values_list("ticket_id", flat=True))
    for ticket in rows.values():
        ticket.gist, ticket.is_undelivered = None, ticket.pk in undelivered
    last = Message.objects.filter(ticket__in=rows).exclude(kind=MessageKind.NOTE)
    last = last.order_by("ticket", "-created_at", "-id").distinct("ticket")
    for message in last.only("id", "ticket_id", "kind", "body_text", "created_at"):
        rows[message.ticket_id].gist = message


def open_elsewhere(request: HttpRequest) -> list[tuple[Department, int]]:
    """Departments with open tickets, for whoever has nothing left to do."""
    departments: dict[Any, Department] = Department.objects.in_bulk()
    counted = queues.counts(_user(request)).departments
    found = [(departments[key], number) for key, number in counted.items() if number and key in departments]
    return sorted(found, key=lambda pair: -pair[1])


def _user(request: Any) -> User:
    user: User = request.user
    return user
