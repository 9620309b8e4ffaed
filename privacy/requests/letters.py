"""Letters about a request, in the person's language: a draft to look through, not a decision."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.enums import RequestState
from privacy.models import DataRequest, Person

TITLES = {
    "received": _("We have your request"),
    "identity": _("We need to be sure that it is you"),
    "extension": _("It takes longer"),
    "refusal": _("We can’t do it"),
    "done": _("It is done"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft: its title for staff, its text for the person."""

    code: str
    title: str | Promise
    text: str


def for_request(request: DataRequest, person: Person) -> list[Letter]:
    """The letters that fit where the request stands."""
    language = getattr(person, "language", "") or settings.LANGUAGE_CODE
    return [Letter(code, TITLES[code], _text(code, request, person, language)) for code in _fitting(request)]


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
