"""Two contacts turn out to be one person: the other is looked up, both are shown, then they become one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts import identification, merging
from contacts.models import Contact
from privacy import access
from privacy.web.views import desk, get_visible
from tickets import queues
from tickets.forms.person import OtherForm
from tickets.views.desk.person import everybody, powers


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def merger(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Ask by what the other one is known, and show both before anything happens."""
    into = _keeper(request, contact_id)
    form = OtherForm(request.POST or None)
    other = _other(request, form, into) if form.is_valid() else None
    context: dict[str, Any] = {"person": into, "form": form, "other": other}
    if other is not None:
        context["counts"] = [
            queues.of_person(each, request.user).order_by().count() for each in (into, other)
        ]
    return render(request, "tickets/desk/merger.html", context, status=422 if form.errors else 200)


@desk
@require_POST
def merge(request: HttpRequest, contact_id: UUID, other_id: UUID) -> HttpResponse:
    """Everything of the other one becomes theirs."""
    into = _keeper(request, contact_id)
    other = get_visible(request, Contact, pk=other_id)
    try:
        merging.merge(other, into=into, by=request.user)
    except merging.CannotMerge as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("They are one person now."))
    return redirect("desk:person", into.pk)


def _keeper(request: HttpRequest, contact_id: UUID) -> Contact:
    """Who is to be left, if the viewer may merge. Raises PermissionDenied."""
    found: Contact = get_visible(request, everybody(), pk=contact_id)
    if not powers(request.user, found).merge:
        raise PermissionDenied
    return found


def _other(request: HttpRequest, form: OtherForm, into: Contact) -> Contact | None:
    """Whom the form means, as far as the viewer may see and change them; else the form says so."""
    known = identification.search_exact(form.cleaned_data["who"])
    visible = access.visible(request.user, everybody(), access.Act.UPDATE)
    other: Contact | None = visible.filter(pk__in=[each.pk for each in known]).first()
    if other is None:
        form.add_error("who", _("You know nobody by this."))
    elif other.pk == into.pk:
        form.add_error("who", _("This is them already."))
        return None
    return other
