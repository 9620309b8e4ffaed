"""Consents where the administration adds a contact: what is placed there, never ticked, with evidence."""

import re

import pytest
from django.test import Client

from contacts.models import Contact
from privacy.models import ConsentAnswer, User
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PAGE = "/admin/contacts/contact/add/"
NONE = {f"identities-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
GIVEN = {"full_name": "Nora Neu", "notes": "", "language": "", "timezone": "", **NONE}


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    factories.purpose(placed_on=["administration_contact"])
    factories.purpose("survey", placed_on=["ticket"])
    client.force_login(admin)
    return client


def box(page: str) -> dict[str, str]:
    """What a browser sends with a ticked box: the words that stood beside it."""
    shown = re.search(r'name="consent_newsletter_shown" value="(\w+)"', page)
    assert shown is not None
    return {"consent_newsletter": "on", "consent_newsletter_shown": shown[1]}


def test_what_is_placed_there_is_asked_and_kept_with_its_evidence(office: Client, admin: User) -> None:
    page = office.get(PAGE).content.decode()
    assert "We may do newsletter." in page
    assert "We may do survey." not in page
    assert not re.search(r'name="consent_newsletter"[^>]*checked', page)
    ticked = GIVEN | box(page)
    refused = office.post(PAGE, ticked)
    assert "Write down how the person told you" in refused.content.decode()
    assert not Contact.objects.exists()
    assert office.post(PAGE, ticked | {"consent_evidence": "on the phone, 10:15"}).status_code == 302
    (answer,) = ConsentAnswer.objects.all()
    assert (answer.subject_id, answer.decision, answer.form) == (
        Contact.objects.get().pk,
        "given",
        "administration_contact",
    )
    assert answer.evidence == "on the phone, 10:15"


def test_no_tick_says_nothing(office: Client) -> None:
    assert office.post(PAGE, GIVEN).status_code == 302
    assert Contact.objects.get().full_name == "Nora Neu"
    assert not ConsentAnswer.objects.exists()


def test_a_contact_that_is_there_is_not_asked_again(office: Client, customer: Contact) -> None:
    page = office.get(f"/admin/contacts/contact/{customer.pk}/change/").content.decode()
    assert "We may do newsletter." not in page
    assert "consent_evidence" not in page


def test_without_a_purpose_the_page_asks_nothing(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert "consent_evidence" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, GIVEN).status_code == 302
