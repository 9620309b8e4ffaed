"""Lists of tickets: a view or a department, and what each row shows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import Http404, HttpRequest
from django.urls import reverse

from privacy.models import User
from privacy.web.lists import Page, by_key
from privacy.web.views import get_visible
from tickets import narrowing, queues
from tickets.delivery import RETRYABLE
from tickets.enums import MessageKind
from tickets.models import Department, Message, OutboundMail, Ticket
from tickets.narrowing import Wish

OF_DEPARTMENT = "d-"
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
    whole = _whole(request, source)
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
        url = reverse("desk:department", args=[department.slug])
        return Shelf(source, department.name, url, queues.department_queue(department, request.user))
    if source not in queues.QUEUES:
        raise Http404
    title = str(queues.QUEUES[source].title)
    return Shelf(source, title, reverse("desk:queue", args=[source]), queues.queue(source, request.user))


def source_of(request: Any) -> str:
    """Which list the agent has beside the ticket: given, or in the address that htmx tells."""
    asked = request.POST.get("in") or request.GET.get("in")
    if not asked and request.htmx and request.htmx.current_url:
        asked = parse_qs(urlsplit(request.htmx.current_url).query).get("in", [""])[0]
    known = asked and (asked in queues.QUEUES or asked.startswith(OF_DEPARTMENT))
    return asked if known else "open"


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
