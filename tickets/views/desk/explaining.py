"""Why can somebody see this, and who can see it: for those who manage permissions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contacts.models import Contact
from privacy import access
from privacy.access import Act, explaining
from privacy.models import Record, User
from privacy.models.roles import PERMISSIONS
from privacy.web.lists import by_key
from privacy.web.views import desk, get_visible
from tickets.forms.explaining import QuestionForm
from tickets.models import Ticket, department

PAGE = 25
View = Callable[..., HttpResponse]


def for_keepers(view: View) -> View:
    """For members of staff who manage permissions; others are told whom to ask."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.holds(request.user, PERMISSIONS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return desk(guarded)


@for_keepers
@require_safe
def question(request: HttpRequest) -> HttpResponse:
    """About whom, and about which ticket, if any."""
    form = QuestionForm(request.GET or None, viewer=request.user)
    if form.is_bound and form.is_valid():
        agent, number = form.cleaned_data["agent"], form.cleaned_data["number"]
        if number:
            return (
                redirect("desk:ticket_access_of", number=number, user_id=agent.pk)
                if agent
                else redirect("desk:ticket_access", number=number)
            )
        if agent:
            return redirect("desk:agent_access", user_id=agent.pk)
    return render(request, "tickets/desk/access_question.html", {"form": form})


@for_keepers
@require_safe
def agent(request: HttpRequest, user_id: Any) -> HttpResponse:
    """How far one person sees, and why."""
    found = get_visible(request, _people(), pk=user_id)
    department.meet([found])
    context = {"agent": found, "reach": explaining.reach(found), "departments": _departments(found)}
    form = QuestionForm(initial={"agent": found}, viewer=request.user)
    return render(request, "tickets/desk/access_agent.html", {**context, "form": form})


@for_keepers
@require_safe
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """Who can see a ticket."""
    return _audience(request, get_visible(request, Ticket, number=number))


@for_keepers
@require_safe
def contact(request: HttpRequest, contact_id: Any) -> HttpResponse:
    """Who can see a person."""
    people = Contact.objects.prefetch_related("identities")
    return _audience(request, get_visible(request, people, pk=contact_id))


@for_keepers
@require_safe
def ticket_of(request: HttpRequest, number: int, user_id: Any) -> HttpResponse:
    """Why one person can see a ticket, or why not, and which of its fields."""
    return _answer(request, get_visible(request, Ticket, number=number), user_id)


@for_keepers
@require_safe
def contact_of(request: HttpRequest, contact_id: Any, user_id: Any) -> HttpResponse:
    """Why one person can see a contact, or why not, and which of its fields."""
    people = Contact.objects.prefetch_related("identities")
    return _answer(request, get_visible(request, people, pk=contact_id), user_id)


def _audience(request: HttpRequest, record: Record) -> HttpResponse:
    page = by_key(access.visible(request.user, _people()), request.GET.get("page", ""), size=PAGE)
    department.meet(page.rows)
    told = explaining.explain_all(page.rows, Act.VIEW, record)
    told.sort(key=lambda answer: (not answer.allowed, answer.user.full_name.casefold()))
    return render(
        request, "tickets/desk/access_audience.html", {"record": record, "told": told, "page": page}
    )


def _answer(request: HttpRequest, record: Record, user_id: Any) -> HttpResponse:
    person = get_visible(request, _people(), pk=user_id)
    acts = [(act, explaining.explain(person, act, record)) for act in (Act.VIEW, Act.UPDATE, Act.DELETE)]
    fields = explaining.explain_fields(person, record) if acts[0][1].allowed else []
    context = {"record": record, "agent": person, "acts": acts, "fields": fields}
    return render(request, "tickets/desk/access_answer.html", context)


def _people() -> Any:
    return User.objects.filter(is_active=True).select_related("profile", "role")


def _departments(person: User) -> list[str]:
    rows = department.Membership.objects.filter(user=person, department__deleted_at=None)
    return list(rows.order_by("department__position").values_list("department__name", flat=True))
