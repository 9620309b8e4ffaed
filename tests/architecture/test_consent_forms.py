"""Every form that people's data comes through asks the consents placed on it, or says why it asks none."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms

from privacy.web.consents import PLACES, AsksConsent
from tests.architecture.source import modules

APPS = ("tickets.", "contacts.")
SAYS_WHY = """{form} takes what people write. Let it inherit privacy.web.consents.AsksConsent (RecordsConsent for staff)
and name its place (consent_form = place("code", _("Label"))), or say why not: asks_no_consent = "…"."""


def every_form() -> list[type[forms.BaseForm]]:
    for name in (each for each in modules() if each.startswith(("tickets/", "contacts/"))):
        importlib.import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return sorted(set(_below(forms.BaseForm)), key=lambda form: (form.__module__, form.__qualname__))


def _below(form: Any) -> Iterator[Any]:
    for each in form.__subclasses__():
        if each.__module__.startswith(APPS) and ".admin" not in each.__module__:
            yield each
        yield from _below(each)


def takes_text(form: Any) -> bool:
    """Whether anything can be written into it, or sent with it."""
    writable = (forms.CharField, forms.FileField)
    return any(isinstance(field, writable) for field in getattr(form, "base_fields", {}).values())


FORMS = [form for form in every_form() if takes_text(form)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.__module__}.{form.__qualname__}")
def test_a_form_names_its_place_or_says_why_not(form: Any) -> None:
    why_not = getattr(form, "asks_no_consent", "")
    place = getattr(form, "consent_form", None)
    assert bool(why_not) != bool(place), SAYS_WHY.format(form=form.__qualname__)
    if place:
        assert issubclass(form, AsksConsent)
        assert PLACES[place.code] is place


def test_the_forms_are_really_found() -> None:
    assert {"AskForm", "CustomerAskForm", "NewTicketForm", "NoteForm"} <= {form.__name__ for form in FORMS}
    assert {"ticket", "reply", "desk_ticket"} <= {each.code for each in PLACES.values() if each.is_form}
