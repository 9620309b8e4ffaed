"""Breaches of personal data: the list, one record, and the steps that are taken."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import access, breach, people
from privacy.access import Act
from privacy.breach.notices import TITLES
from privacy.forms.breach import BreachForm, NoticeForm
from privacy.models import Breach
from privacy.models.hold import DATA_REQUESTS
from privacy.web.lists import by_key
from privacy.web.views import desk, get_visible


@desk
@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """All of them, newest first; those whose clock runs say so."""
    access.demand(request.user, Act.VIEW, Breach, DATA_REQUESTS)
    page = by_key(access.visible(request.user, Breach.objects.all()), request.GET.get("page", ""))
    return render(request, "privacy/desk/breaches.html", {"page": page, "query": "", "source": "requests"})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def new_breach(request: HttpRequest) -> HttpResponse:
    """Write one down."""
    access.demand(request.user, Act.CREATE, Breach, DATA_REQUESTS)
    form = BreachForm.about(None, request.POST or None, viewer=request.user)  # type: ignore[arg-type]
    if form.is_valid():
        made = breach.record(form.cleaned_data, by=request.user)
        return redirect("breaches:breach", made.pk)
    return render(request, "privacy/desk/breach_form.html", {"form": form, "source": "requests"})


@desk
@require_safe
def one(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """What is known, who is affected, what is to be done by when, and both notices."""
    found: Breach = get_visible(request, Breach.objects.select_related("account"), pk=breach_id)
    wrote = (found.recorded_by, found.authority_told_by, found.persons_told_by, found.closed_by)
    context = {
        "found": found,
        "affected": breach.affected(found),
        "categories": [label for code, label in _categories() if code in found.categories],
        "records": [name for label, name in breach.kinds_of_records() if label in found.modules],
        "who": people.named(filter(None, wrote)),
        "notices": [
            (each, NoticeForm(initial={"text": each.text}, auto_id=f"{each.code}_%s"))
            for each in breach.notices(found)
        ],
        "source": "requests",
    }
    return render(request, "privacy/desk/breach.html", context)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Say more, or better."""
    found: Breach = get_visible(request, Breach, pk=breach_id)
    access.demand(request.user, Act.UPDATE, found, DATA_REQUESTS)
    form = BreachForm.about(found, request.POST or None, viewer=request.user)  # type: ignore[arg-type]
    if form.is_valid():
        return _done(request, found, lambda: breach.rewrite(found, form.cleaned_data, by=request.user))
    return render(
        request, "privacy/desk/breach_form.html", {"form": form, "found": found, "source": "requests"}
    )


@desk
@require_POST
def notice(request: HttpRequest, breach_id: UUID, notice: str) -> HttpResponse:
    """Edit one of the notices."""
    found: Breach = get_visible(request, Breach, pk=breach_id)
    form = NoticeForm(request.POST)
    if notice not in TITLES:
        raise Http404
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors.get("text", []))))
        return redirect("breaches:breach", breach_id)
    text = form.cleaned_data["text"]
    return _done(request, found, lambda: breach.write_notice(found, notice, text, by=request.user))


@desk
@require_POST
def authority(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """The authority was told."""
    found: Breach = get_visible(request, Breach, pk=breach_id)
    return _done(request, found, lambda: breach.tell_authority(found, by=request.user))


@desk
@require_POST
def persons(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """The persons were told."""
    found: Breach = get_visible(request, Breach, pk=breach_id)
    return _done(request, found, lambda: breach.tell_persons(found, by=request.user))


@desk
@require_POST
def closure(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Nothing is left to do."""
    found: Breach = get_visible(request, Breach, pk=breach_id)
    return _done(request, found, lambda: breach.close(found, by=request.user))


def _done(request: HttpRequest, found: Breach, act: Callable[[], Any]) -> HttpResponse:
    """Do it, or say what has to come first."""
    try:
        act()
    except breach.NotYet as why:
        messages.error(request, str(why))
    return redirect("breaches:breach", found.pk)


def _notice_form(each: breach.Notice) -> NoticeForm:
    return NoticeForm(initial={"text": each.text}, auto_id=f"{each.code}_%s")


def _categories() -> list[tuple[str, Any]]:
    return list(Breach._meta.get_field("categories").base_field.flatchoices)
