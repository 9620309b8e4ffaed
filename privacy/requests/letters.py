"""Letters about a request, in the person's language: a draft to look through, not a decision."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy import access, actor
from privacy.access import Act
from privacy.enums import RequestKind, RequestState
from privacy.models import DataRequest, Letter, Person
from privacy.requests.checklist import steps_of
from privacy.requests.recording import tick

STEP_OF = {"received": "received", "refusal": "answered", "done": "answered"}
TITLES = {
    "received": _("We have your request"),
    "identity": _("We need to be sure that it is you"),
    "extension": _("It takes longer"),
    "refusal": _("We can’t do it"),
    "done": _("It is done"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: its title for staff, its text for the person."""

    code: str
    title: str | Promise
    text: str


def for_request(request: DataRequest, person: Person) -> list[Draft]:
    """The letters that fit where the request stands."""
    language = getattr(person, "language", "") or settings.LANGUAGE_CODE
    return [Draft(code, TITLES[code], _text(code, request, person, language)) for code in _fitting(request)]


@transaction.atomic
def write(request: DataRequest, code: str, text: str, *, by: Any) -> Letter:
    """Keep a letter as it is to go out, and tick the step that it is. Raises ValueError for one that doesn't fit."""
    access.demand(by, Act.UPDATE, request)
    if code not in _fitting(request):
        raise ValueError(f"No letter {code!r} for this request.")
    with actor.acting(by):
        letter = Letter(request=request, subject_id=request.subject_id, code=code, text=text)
        letter.save()
        step = STEP_OF.get(code, "")
        if step in steps_of(RequestKind(request.kind)):
            tick(request, step, is_done=True, by=by)
    return letter


def _fitting(request: DataRequest) -> list[str]:
    if request.state == RequestState.REFUSED:
        return ["refusal"]
    if request.state == RequestState.DONE:
        return ["done"]
    return ["received", "identity", *(["extension"] if request.extended_at else [])]


def _text(code: str, request: DataRequest, person: Person, language: str) -> str:
    context = {"found": request, "person": person, "company": settings.COMPANY_NAME}
    with translation.override(language):
        return render_to_string(f"letters/{code}.txt", context).strip()
