"""The profile and the first sign-in: custom fields and consents take part by themselves."""

from typing import Any

import pytest
from django.test import Client

from contacts.models import Contact
from privacy import consent, custom
from privacy.enums import PortalUse
from privacy.models import ConsentAnswer
from tests.factories import purpose
from tests.privacy.custom.fields import make_field
from tests.tickets.views.portal.conftest import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
PROFILE, WELCOME = "/portal/privacy/profile/", "/portal/welcome/"
AS_IT_IS = {"full_name": "Carla Customer", "phones": "", "handles": "", "language": "", "timezone": ""}


@pytest.fixture
def portal(client: Client, customer: Contact) -> Client:
    sign_in(client, customer)
    return client


def ticked(made: Any, key: str) -> dict[str, str]:
    """What a browser sends for a ticked box beside the words in force."""
    [words] = [each for each in consent.newest(made) if each.language == "en"]
    return {f"consent_{key}": "on", f"consent_{key}_shown": words.digest}


def test_custom_fields_are_shown_and_corrected_as_their_definition_says(
    portal: Client, customer: Contact
) -> None:
    written = make_field("room", module="contacts.contact", portal=PortalUse.WRITE)
    told = make_field("rank", module="contacts.contact", portal=PortalUse.READ)
    make_field("inner", module="contacts.contact")
    custom.set_values(customer, {"room": "12", "rank": "gold", "inner": "secret"}, by=None)

    page = portal.get(PROFILE).content.decode()
    assert 'value="12"' in page
    assert "gold" in page
    assert "secret" not in page
    assert 'name="custom_rank"' not in page

    answer = portal.post(PROFILE, {**AS_IT_IS, "custom_room": "14", "custom_rank": "x", "custom_inner": "x"})

    assert answer.status_code == 302
    values = custom.values(Contact, [customer.pk])[customer.pk]
    assert (values[written.pk], values[told.pk]) == ("14", "gold")


def test_consents_placed_on_the_profile_are_asked_there_once(portal: Client, customer: Contact) -> None:
    made = purpose("newsletter", placed_on=["profile"])
    assert "consent_newsletter" in portal.get(PROFILE).content.decode()

    portal.post(PROFILE, {**AS_IT_IS, **ticked(made, "newsletter")})

    assert consent.may_process(customer.pk, "newsletter")
    assert ConsentAnswer.objects.get().form == "profile"
    assert "consent_newsletter" not in portal.get(PROFILE).content.decode()


def test_the_first_sign_in_asks_once_and_then_goes_on(portal: Client, customer: Contact) -> None:
    made = purpose("newsletter", placed_on=["sign_up"])
    assert "consent_newsletter" in portal.get(WELCOME).content.decode()

    answer = portal.post(WELCOME, ticked(made, "newsletter"))

    assert (answer.status_code, answer["Location"]) == (302, "/portal/tickets/")
    assert consent.may_process(customer.pk, "newsletter")
    assert portal.get(WELCOME)["Location"] == "/portal/tickets/"


def test_who_ticks_nothing_goes_on_all_the_same_and_is_not_asked_again(
    portal: Client, customer: Contact
) -> None:
    made = purpose("newsletter", placed_on=["sign_up"])
    shown = {name: value for name, value in ticked(made, "newsletter").items() if name.endswith("_shown")}

    assert portal.post(WELCOME, shown).status_code == 302

    assert not consent.may_process(customer.pk, "newsletter")
    assert portal.get(WELCOME).status_code == 302
