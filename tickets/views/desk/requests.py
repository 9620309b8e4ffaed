"""Requests of persons about their data: one list for all, one page for each."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.models import Contact
from privacy import access, deadlines, erasure, holds, people, requests, restriction
from privacy.access import Act
from privacy.enums import Arrival, RequestKind
from privacy.erasure import ledger
from privacy.models import DataRequest, PersonPackage
from privacy.models.hold import DATA_REQUESTS
from privacy.requests import letters, overview
from privacy.requests.checklist import STEPS, steps_of
from privacy.requests.deciding import needs_another
from privacy.web.lists import by_key
from privacy.web.views import desk, get_visible
from tickets.forms.requests import (
    ApprovalForm,
    CompletionForm,
    ExtensionForm,
    HoldForm,
    ProofForm,
    RefusalForm,
    RequestForm,
)
from tickets.models import Message, Ticket
from tickets.views.desk import bystanders

MOST_PACKAGES = 5
CONSEQUENCES = {
    RequestKind.ACCESS: _("The request is settled. Hand over the package and write to them before."),
    RequestKind.PORTABILITY: _("The request is settled. Hand over the package and write to them before."),
    RequestKind.RECTIFICATION: _(
        "Another address that they asked for counts at once. Correct anything else before."
    ),
    RequestKind.ERASURE: _("What stands above happens, and can’t be undone. They get a receipt."),
    RequestKind.RESTRICTION: _(
        "What is theirs is then stored and nothing else: nobody sees it, no mail goes out, nothing is deleted."
    ),
    RequestKind.OBJECTION: _("From then on their data isn’t used for this purpose any more."),
}


@desk
@require_safe
def requests_list(request: HttpRequest) -> HttpResponse:
    """Those of a choice: open ones by the day on which they are due, settled ones newest first."""
    access.demand(request.user, Act.VIEW, DataRequest, DATA_REQUESTS)
    key = request.GET.get("show", "open")
    if key not in overview.SHELVES:
        raise Http404
    found = access.visible(request.user, overview.on_shelf(key))
    cursor, is_pressing = request.GET.get("page", ""), key in ("open", "overdue")
    page = by_key(found, cursor, moment="due_on", is_rising=True) if is_pressing else by_key(found, cursor)
    known = people.named(each.subject_id for each in page.rows)
    context = {
        "rows": [(each, known.get(each.subject_id)) for each in page.rows],
        "shelves": overview.SHELVES.values(),
        "shown": key,
        "page": page,
        "source": "requests",
    }
    return render(request, "tickets/desk/requests.html", context)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest) -> HttpResponse:
    """Write down what somebody asked for; from a ticket, its customer and words come along, from a person they."""
    access.demand(request.user, Act.CREATE, DataRequest, DATA_REQUESTS)
    ticket = _origin(request)
    person = ticket.requester if ticket else _asker(request)
    form = RequestForm(request.POST or None, person=person, initial=_begun(request, ticket))
    if form.is_valid() and form.person is not None:
        given = form.cleaned_data
        try:
            made = requests.record(
                RequestKind(given["kind"]),
                form.person,
                by=request.user,
                arrival=Arrival(given["arrival"]),
                wish=given["wish"],
                received_on=given["received_on"],
                origin_id=ticket.pk if ticket else None,
                **form.particulars(),
            )
        except requests.CannotDecide as why:
            form.add_error(None, str(why))
        else:
            return redirect("desk:request", made.pk)
    context = {"form": form, "ticket": ticket, "person": person, "source": "requests"}
    return render(request, "tickets/desk/request_new.html", context)


@desk
@require_safe
def data_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: where it stands, what is to be done, and what its approval would do."""
    found: DataRequest = get_visible(request, DataRequest, pk=request_id)
    return page(request, found)


def page(request: HttpRequest, found: DataRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a request, with a form that was filled in wrongly if there is one."""
    person = people.find(found.subject_id)
    is_erasure = found.kind == RequestKind.ERASURE
    entry = ledger.find(found.subject_id) if is_erasure else None
    origins = access.visible(request.user, Ticket.objects.filter(pk=found.origin_id))
    context = {
        "found": found,
        "person": person,
        "person_url": reverse("desk:person", args=[person.pk]) if isinstance(person, Contact) else "",
        "origin": origins.first() if found.origin_id else None,
        "steps": [(code, STEPS[code], code in found.steps) for code in steps_of(RequestKind(found.kind))],
        "plan": erasure.plan(person)
        if is_erasure and person and entry is None and found.is_unsettled
        else None,
        "entry": entry,
        **(bystanders.shown(request, found) if is_erasure else {}),
        "may_look": is_erasure and person is not None and person.erased_at is None,
        "restriction": restriction.standing(found.subject_id),
        "holds": holds.on_person([found.subject_id]),
        "consequence": CONSEQUENCES[RequestKind(found.kind)],
        "waits_for_another": needs_another(found, request.user),
        "extended_until": deadlines.due_on(found.received_on, extended=True),
        "letters": letters.for_request(found, person) if person and not person.erased_at else [],
        "packages": packages_of(request.user, found),
        "sent": list(_sent(request, found)),
        "proof_form": ProofForm(initial={"proof": found.proof}),
        "approval_form": ApprovalForm(),
        "refusal_form": RefusalForm(),
        "extension_form": ExtensionForm(),
        "completion_form": CompletionForm(),
        "hold_form": HoldForm(),
        "source": "requests",
        **forms,
    }
    return render(request, "tickets/desk/request.html", context, status=status)


def packages_of(viewer: Any, found: DataRequest) -> list[PersonPackage]:
    """The packages of the person's data that the viewer asked for, the newest first."""
    rows = PersonPackage.objects.filter(subject_id=found.subject_id, by=viewer)
    return list(access.visible(viewer, rows).order_by("-created_at", "-id")[:MOST_PACKAGES])


def _sent(request: HttpRequest, found: DataRequest) -> Any:
    """The letters that were sent, newest first, with how far each has come."""
    for each in access.visible(request.user, found.letters.prefetch_related("outbound")).order_by(
        "-created_at", "-id"
    ):
        yield letters.TITLES.get(each.code, each.code), next(iter(each.outbound.all()), None), each


def _origin(request: HttpRequest) -> Ticket | None:
    number = request.GET.get("ticket", "")
    if not number.isdecimal():
        return None
    found: Ticket = get_visible(request, Ticket.objects.select_related("requester"), number=int(number[:12]))
    return found


def _asker(request: HttpRequest) -> Contact | None:
    """Whom the agent comes from the page of, by id."""
    if not (contact_id := request.GET.get("for")):
        return None
    found: Contact = get_visible(request, Contact.objects.prefetch_related("identities"), pk=contact_id)
    return found


def _begun(request: HttpRequest, ticket: Ticket | None) -> dict[str, Any]:
    """What a ticket already says, or a link."""
    if ticket is None:
        return {"kind": request.GET.get("kind", "")}
    said = access.visible(request.user, Message.objects.filter(ticket=ticket))
    first = said.order_by("created_at", "id").first()
    return {"wish": first.body_text if first else "", "arrival": Arrival.MAIL}
