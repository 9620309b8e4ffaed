"""The desk's lists of tickets."""

from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from privacy.web.lists import key_of, parse_key
from privacy.web.views import desk
from tickets import narrowing
from tickets.forms.narrowing import NarrowingForm
from tickets.views.desk import lists


@desk
@require_safe
def queue(request: HttpRequest, key: str = "mine") -> HttpResponse:
    """One view of all tickets."""
    return _list(request, key)


@desk
@require_safe
def department(request: HttpRequest, slug: str) -> HttpResponse:
    """The open tickets of a department."""
    return _list(request, f"{lists.OF_DEPARTMENT}{slug}")


@desk
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The rail's views with their counts, as they are now."""
    return render(request, "desk/_rail_links.html", {"source": request.GET.get("current", "")})


@desk
@require_safe
def news(request: HttpRequest, source: str) -> HttpResponse:
    """How many tickets have come to the top of a list since it was shown."""
    shelf = lists.shelf(request, source)
    fresh = shelf.tickets
    if than := request.GET.get("than"):
        fresh = fresh.filter(TupleGreaterThan((F("last_message_at"), F("id")), parse_key(than)))
    number = fresh.order_by()[:100].count()
    return render(request, "tickets/desk/_news.html", {"shelf": shelf, "number": number})


def _list(request: HttpRequest, source: str) -> HttpResponse:
    shelf = lists.shelf(request, source)
    cursor = request.GET.get("page", "")
    page = lists.page_of(shelf.tickets, request.user, cursor)
    context = {
        "shelf": shelf,
        "source": source,
        "page": page,
        "newest": key_of(page.rows[0], "last_message_at") if page.rows else "",
        "narrowing": SimpleLazyObject(lambda: NarrowingForm(narrowing.offered(request.user))),
        "elsewhere": [] if page.rows or cursor else lists.open_elsewhere(request),
    }
    return render(request, _template(request), context)


def _template(request: HttpRequest) -> str:
    """A whole page; for htmx the list beside a ticket, or the next rows of it."""
    if not request.htmx or request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return "tickets/desk/queue.html"
    return "tickets/desk/_rows.html" if request.GET.get("page") else "tickets/desk/_list.html"
