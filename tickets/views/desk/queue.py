"""The desk's lists of tickets."""

from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.web.lists import parse_key
from privacy.web.standing import in_background
from privacy.web.views import desk
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


@in_background
@desk
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The rail's views with their counts, as they are now."""
    return render(request, "desk/_rail_links.html", {"source": request.GET.get("current", "")})


@in_background
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
    context = lists.context(request, lists.shelf(request, source))
    is_bare = not context["page"].rows and not request.GET.get("page")
    context["elsewhere"] = lists.open_elsewhere(request) if is_bare else []
    return render(request, lists.template(request, "tickets/desk/queue.html"), context)
