"""A list narrowed by custom fields: what was typed is turned into an address that says nothing."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from privacy.web.views import desk
from tickets import narrowing
from tickets.forms.narrowing import NarrowingForm
from tickets.views.desk import lists


@desk
@require_POST
def narrow(request: HttpRequest, source: str) -> HttpResponse:
    """Go to the list with these conditions."""
    shelf = lists.shelf(request, source)
    form = NarrowingForm(narrowing.offered(request.user), request.POST)
    wanted = form.wishes() if form.is_valid() else []
    if form.errors:
        context = {"shelf": shelf, "form": form, "source": source}
        return render(request, "tickets/desk/narrowing.html", context, status=422)
    query = urlencode([(lists.HAS, wish.code) for wish in wanted])
    return redirect(f"{shelf.url}?{query}" if query else shelf.url)
