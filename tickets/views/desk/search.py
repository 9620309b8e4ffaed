"""The search box: exact matches at once, then words, a bounded piece of the tickets at a time.

The words travel in the body of a POST: they never stand in an address, a log or the browser's history.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from contacts.models import Contact
from privacy import access, watching
from privacy.models import How
from privacy.web.lists import SEPARATOR, parse_key
from privacy.web.views import desk
from tickets import search as searching
from tickets.forms.desk import SearchForm
from tickets.models import Ticket
from tickets.models.ticket import REDACT
from tickets.views.desk import lists

ENOUGH = 100
MOST_ROWS = 20


@desk
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The page with the exact matches; it then asks for the rest piece by piece."""
    form = SearchForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "tickets/desk/search.html", {"form": form, "source": "search"})
    if form.cleaned_data["cursor"]:
        return _piece(request, form)
    words, but = form.cleaned_data["words"], form.cleaned_data["but"]
    found = searching.exact("" if but else words, request.user)
    context = {
        "form": form,
        "source": "search",
        "words": words,
        "numbers": _rows(request, found.tickets),
        "people": [(contact, _of(request, contact)) for contact in found.contacts],
        "total": searching.total(request.user, but=but),
        "but": but,
        "may_add": not but and not found.contacts and access.may(request.user, access.Act.CREATE, Contact),
    }
    _note(request, [*context["numbers"], *found.contacts])
    return render(request, "tickets/desk/search.html", context)


def _piece(request: HttpRequest, form: SearchForm) -> HttpResponse:
    given = form.cleaned_data
    start = None if given["cursor"] == "start" else parse_key(given["cursor"])
    chunk = searching.scan(given["words"], request.user, start, but=given["but"])
    hits = {hit.ticket_id: hit for hit in chunk.hits}
    rows = _rows(request, Ticket.objects.filter(pk__in=hits).newest_first())
    for row in rows:
        row.snippet, row.place = hits[row.pk].snippet, hits[row.pk].message_id
    _note(request, rows)
    found = (given["found"] or 0) + len(rows)
    context = {
        "words": given["words"],
        "but": given["but"],
        "rows": rows,
        "cursor": _key(chunk.next_cursor),
        "scanned": (given["scanned"] or 0) + chunk.scanned,
        "total": given["total"] or 0,
        "found": found,
        "pauses": found >= ENOUGH and (given["found"] or 0) % ENOUGH + len(rows) >= ENOUGH,
        "redacts": access.holds(request.user, REDACT),
        "source": lists.source_of(request),
    }
    return render(request, "tickets/desk/_search_piece.html", context)


def _note(request: HttpRequest, hits: list[Any]) -> None:
    """Whose data a search brought up is written down like an opening: one statement a page."""
    watching.opened(request.user, hits, how=How.FOUND)


def _rows(request: HttpRequest, tickets: Any) -> list[Any]:
    """Tickets as rows of a list."""
    if isinstance(tickets, list):
        tickets = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    rows = list(lists.with_people(access.visible(request.user, tickets))[:MOST_ROWS])
    lists.add_gists(rows)
    return rows


def _of(request: HttpRequest, contact: Contact) -> list[Any]:
    return _rows(request, Ticket.objects.filter(requester=contact).newest_first())


def _key(cursor: tuple[datetime, UUID] | None) -> str:
    return f"{cursor[0].isoformat()}{SEPARATOR}{cursor[1]}" if cursor else ""
