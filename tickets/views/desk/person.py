"""One person: all that they are known by, and everything that they ever asked, whatever way it came."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contacts import merging
from contacts.models import Contact
from contacts.models.contact import MERGE
from privacy import access, holds, restriction, watching
from privacy.access import Act
from privacy.models import DataRequest, Restriction
from privacy.models.audit import AUDIT_LOG
from privacy.models.hold import DATA_REQUESTS
from privacy.models.roles import PERMISSIONS
from privacy.web.views import desk, get_visible
from tickets.views.desk import consents, fields, lists

LOOKS, REQUESTS = 10, 20


@dataclass(frozen=True, slots=True)
class Powers:
    """What the viewer may do with a person: so that no button promises what is refused then."""

    edit: bool
    merge: bool
    delete: bool
    explain: bool


@desk
@require_safe
def person(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Their page beside their tickets; for htmx the tickets alone, or the next of them."""
    try:
        found: Contact = get_visible(request, everybody(), pk=contact_id)
    except Http404:
        return _elsewhere(request, contact_id)
    context = lists.context(request, lists.narrow(request, lists.of_person(request, found)))
    template = lists.template(request, "tickets/desk/person.html")
    if template == "tickets/desk/person.html":
        context |= _page(request, found)
    return render(request, template, context)


def everybody() -> Any:
    """Contacts with all that their page shows of them."""
    return Contact.objects.select_related("organisation", "owner").prefetch_related("identities")


def powers(viewer: Any, found: Contact) -> Powers:
    """What this viewer may do with this person."""
    edit = access.may(viewer, Act.UPDATE, found)
    return Powers(
        edit=edit,
        merge=edit and access.holds(viewer, MERGE),
        delete=access.may(viewer, Act.DELETE, found),
        explain=access.holds(viewer, PERMISSIONS),
    )


def _page(request: HttpRequest, found: Contact) -> dict[str, Any]:
    return {
        "customer": found,
        "powers": powers(request.user, found),
        **consents.panel(request, found),
        **fields.of_person(request, found),
        **_rights(request, found),
        "looks": _looks(request, found),
        "sees_names": access.holds(request.user, AUDIT_LOG),
    }


def _rights(request: HttpRequest, found: Contact) -> dict[str, Any]:
    """What they asked for about their data, and what their data is under; for those who handle that."""
    if not access.holds(request.user, DATA_REQUESTS):
        return {"handles_requests": False}
    asked = access.visible(request.user, DataRequest.objects.filter(subject_id=found.pk))
    return {
        "handles_requests": True,
        "asked": list(asked.order_by("-received_on", "-id")[:REQUESTS]),
        "objections": list(restriction.objections(found.pk)),
        "holds": holds.on_person([found.pk]),
    }


def _looks(request: HttpRequest, found: Contact) -> list[watching.Look]:
    """Who opened what is theirs: by name for readers of the audit, by role for others."""
    if not access.holds(request.user, AUDIT_LOG):
        return watching.seen_by_subject(found.pk, LOOKS)
    return watching.seen_by_name(found.pk, request.user, LOOKS)


def _elsewhere(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Who was merged has another page; of who is restricted nothing is shown, and why. Raises Http404."""
    if (kept := merging.kept(contact_id)) != contact_id:
        return redirect("desk:person", kept)
    standing = get_visible(request, Restriction, subject_id=contact_id, lifted_at=None)
    return render(request, "tickets/desk/person_restricted.html", {**_restricted(request, standing)})


def _restricted(request: HttpRequest, standing: Restriction) -> dict[str, Any]:
    asked = access.visible(request.user, DataRequest.objects.filter(subject_id=standing.subject_id))
    return {
        "restriction": standing,
        "asked": list(asked.order_by("-received_on", "-id")[:REQUESTS]),
        "source": "requests",
    }
