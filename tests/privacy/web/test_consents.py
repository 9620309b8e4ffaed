"""Consent boxes on forms: demanded only where the law allows it."""

from typing import Any

import pytest

from privacy import consent
from privacy.web.consents import AsksConsent, Place, place_label
from tests import factories

pytestmark = pytest.mark.django_db
SERVICE = Place("service", "A service that rests on it", is_contract=False)
CONTRACT = Place("contract", "Something that people are owed")


def filled(place: Place, *, ticked: bool) -> AsksConsent:
    form_class: Any = type(
        "Form", (AsksConsent,), {"consent_form": place, "asks_no_consent": "", "__module__": "tests"}
    )
    [wording] = consent.due(None, place.code)
    data = {"consent_newsletter_shown": wording.digest, **({"consent_newsletter": "on"} if ticked else {})}
    form: AsksConsent = form_class(data)
    return form


@pytest.mark.parametrize(
    ("place", "is_required", "is_refused"),
    [(SERVICE, True, True), (SERVICE, False, False), (CONTRACT, True, False), (CONTRACT, False, False)],
)
def test_only_an_optional_service_can_be_refused(place: Place, is_required: bool, is_refused: bool) -> None:
    factories.purpose(placed_on=[place.code], is_required=is_required)
    assert filled(place, ticked=True).is_valid()
    assert filled(place, ticked=False).is_valid() != is_refused


def test_a_place_that_is_gone_is_told_by_its_code() -> None:
    assert place_label("ticket") != "ticket"
    assert place_label("long-gone") == "long-gone"
