"""What is done with a request of a person: each act one address, all answered with the request's page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Contact
from privacy import erasure, holds, people, requests, restriction
from privacy.enums import Proof, Refusal
from privacy.models import DataRequest, LegalHold
from privacy.requests import dossier, letters
from privacy.web.recency import recently_authenticated
from privacy.web.views import desk, get_visible
from tickets import delivery
from tickets.forms.requests import (
    ApprovalForm,
    CompletionForm,
    ExtensionForm,
    HoldForm,
    LetterForm,
    ProofForm,
    RefusalForm,
)
from tickets.views.desk.requests import page


@desk
@require_POST
def proof(request: HttpRequest, request_id: UUID) -> HttpResponse:
    form = ProofForm(request.POST)
    return _done(
        request,
        request_id,
        form,
        "proof_form",
        lambda found, given: requests.note_proof(found, Proof(given["proof"]), by=request.user),
    )


@desk
@require_POST
def step(request: HttpRequest, request_id: UUID, code: str) -> HttpResponse:
    found = get_visible(request, DataRequest, pk=request_id)
    requests.tick(found, code, is_done="done" in request.POST, by=request.user)
    return redirect("desk:request", request_id)


@desk
@require_POST
def extension(request: HttpRequest, request_id: UUID) -> HttpResponse:
    form = ExtensionForm(request.POST)
    return _done(
        request,
        request_id,
        form,
        "extension_form",
        lambda found, given: requests.extend(found, given["reason"], by=request.user),
    )


@desk
@require_POST
@recently_authenticated
def approval(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Let it happen: at once or after the delay; what stands against it is said."""

    def approve(found: DataRequest, given: dict[str, Any]) -> None:
        approved = requests.approve(found, by=request.user, settles_open=given["settles_open"])
        try:
            requests.carry_out(approved)
        except erasure.NotNow as why:
            messages.warning(request, _("It is approved, and waits. {why}").format(why=why))

    return _done(request, request_id, ApprovalForm(request.POST), "approval_form", approve)


@desk
@require_POST
def refusal(request: HttpRequest, request_id: UUID) -> HttpResponse:
    form = RefusalForm(request.POST)
    return _done(
        request,
        request_id,
        form,
        "refusal_form",
        lambda found, given: requests.refuse(
            found, Refusal(given["refusal"]), answer=given["answer"], by=request.user
        ),
    )


@desk
@require_POST
def completion(request: HttpRequest, request_id: UUID) -> HttpResponse:
    form = CompletionForm(request.POST)
    return _done(
        request,
        request_id,
        form,
        "completion_form",
        lambda found, given: requests.complete(found, answer=given["answer"], by=request.user),
    )


@desk
@require_POST
def letter(request: HttpRequest, request_id: UUID, code: str) -> HttpResponse:
    """Mail a letter to the person, as it was looked through."""

    def send(found: DataRequest, given: dict[str, Any]) -> None:
        person = people.find(found.subject_id)
        if not isinstance(person, Contact) or not person.primary_email:
            messages.error(request, _("There is no e-mail address that it could go to."))
            return
        with transaction.atomic():
            delivery.send_letter(letters.write(found, code, given["text"], by=request.user), person)
        messages.success(request, _("The letter goes out now."))

    if code not in letters.TITLES:
        raise Http404
    return _done(request, request_id, LetterForm(request.POST), "letter_form", send)


@desk
@require_POST
def withdrawal(request: HttpRequest, request_id: UUID) -> HttpResponse:
    found = get_visible(request, DataRequest, pk=request_id)
    _said(request, lambda: requests.withdraw(found, by=request.user))
    return redirect("desk:request", request_id)


@desk
@require_POST
def restriction_end(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Lift the restriction of the person whom a request is about."""
    found = get_visible(request, DataRequest, pk=request_id)
    if (standing := restriction.standing(found.subject_id)) is not None:
        restriction.lift(standing, by=request.user)
    return redirect("desk:request", request_id)


@desk
@require_POST
def hold(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Keep everything about the person, whatever they ask for."""

    def place(found: DataRequest, given: dict[str, Any]) -> None:
        if (person := people.find(found.subject_id)) is not None:
            holds.place(person, given["reason"], until=given["until"], by=request.user)

    return _done(request, request_id, HoldForm(request.POST), "hold_form", place)


@desk
@require_POST
def hold_end(request: HttpRequest, request_id: UUID, hold_id: UUID) -> HttpResponse:
    found = get_visible(request, DataRequest, pk=request_id)
    standing = get_visible(request, LegalHold, pk=hold_id, subject_id=found.subject_id)
    holds.lift(standing, by=request.user)
    return redirect("desk:request", request_id)


@desk
@require_safe
def proof_file(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What was done and when, to show to an authority: codes, times and who; nothing of what was written."""
    found = get_visible(request, DataRequest, pk=request_id)
    answer = JsonResponse(dossier.of(found), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="request-{found.pk}.json"'
    return answer


def _done(
    request: HttpRequest,
    request_id: UUID,
    form: Any,
    name: str,
    act: Callable[[DataRequest, dict[str, Any]], object],
) -> HttpResponse:
    """Do it and come back; with a wrong form, the page with that form."""
    found: DataRequest = get_visible(request, DataRequest, pk=request_id)
    if not form.is_valid():
        return page(request, found, status=422, **{name: form})
    _said(request, lambda: act(found, form.cleaned_data))
    return redirect("desk:request", request_id)


def _said(request: HttpRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except requests.CannotDecide as why:
        messages.error(request, str(why))
