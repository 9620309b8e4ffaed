"""Customers' passkeys: set up after a fresh sign-in, used instead of a mail, taken off."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from contacts import merging
from contacts.models import Contact, CustomerPasskey
from privacy.models import User
from tests.authenticator import SoftKey
from tests.tickets.views.portal.conftest import sign_in

pytestmark = pytest.mark.django_db

KEYS, SIGN_IN = "/portal/privacy/passkeys/", "/portal/sign-in/"
MINE = "/portal/tickets/"


@pytest.fixture
def portal(client: Client, customer: Contact) -> Client:
    sign_in(client, customer)
    return client


def add(client: Client, soft: SoftKey, label: str = "My phone") -> Any:
    return client.post(KEYS, {"answer": soft.make(client.post(f"{KEYS}options/").json()), "label": label})


def use(client: Client, soft: SoftKey, **more: str) -> Any:
    options = client.post(f"{SIGN_IN}passkey/options/").json()
    return client.post(f"{SIGN_IN}passkey/", {"answer": soft.prove(options), **more})


def test_a_customer_signs_in_with_the_key_that_they_set_up(portal: Client, customer: Contact) -> None:
    soft = SoftKey()
    assert add(portal, soft)["Location"] == KEYS
    assert "My phone" in portal.get(KEYS).content.decode()
    other = Client()
    assert use(other, soft)["Location"] == MINE
    assert other.get(MINE).status_code == 200
    assert CustomerPasskey.objects.get(contact=customer).used_at is not None


def test_it_leads_on_to_where_one_was_going_within_this_site_only(portal: Client) -> None:
    soft = SoftKey()
    add(portal, soft)
    assert use(Client(), soft, next="/portal/privacy/")["Location"] == "/portal/privacy/"
    assert use(Client(), soft, next="https://elsewhere.example/")["Location"] == MINE


def test_a_key_that_was_taken_off_opens_nothing(portal: Client) -> None:
    soft = SoftKey()
    add(portal, soft)
    portal.post(f"{KEYS}{CustomerPasskey.objects.get().pk}/removal/")
    refused = use(Client(), soft)
    assert refused.status_code == 403
    assert "This passkey opens nothing here." in refused.content.decode()


def test_a_customers_key_is_none_of_the_staff(portal: Client) -> None:
    soft, other = SoftKey(), Client()
    add(portal, soft)
    options = other.post("/sign-in/passkey/options/").json()
    assert other.post("/sign-in/passkey/", {"answer": soft.prove(options)}).status_code == 403


def test_a_sign_in_of_this_morning_does_not_suffice(portal: Client, customer: Contact) -> None:
    add(portal, SoftKey())
    key = CustomerPasskey.objects.get()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        page = portal.get(KEYS)
        assert (page.status_code, "Sign in again" in page.content.decode()) == (403, True)
        assert portal.post(f"{KEYS}{key.pk}/removal/").status_code == 403
        again = portal.post(f"{SIGN_IN}again/", {"next": KEYS})
        assert again["Location"] == f"{SIGN_IN}?next={KEYS.replace('/', '%2F')}"
        assert portal.get(MINE).status_code == 302
    assert CustomerPasskey.objects.filter(pk=key.pk).exists()


def test_nobody_takes_off_another_ones_key(portal: Client, stranger: Contact) -> None:
    add(portal, SoftKey())
    other = Client()
    sign_in(other, stranger)
    assert other.post(f"{KEYS}{CustomerPasskey.objects.get().pk}/removal/").status_code == 404


def test_after_a_merge_the_key_opens_what_is_kept(
    portal: Client, customer: Contact, stranger: Contact, admin: User
) -> None:
    soft, kept, other = SoftKey(), stranger, Client()
    add(portal, soft)
    merging.merge(customer, into=kept, by=admin)
    use(other, soft)
    assert other.session["customer_id"] == str(kept.pk)


def test_an_answer_that_is_none_is_refused(portal: Client) -> None:
    portal.post(f"{KEYS}options/")
    page = portal.post(KEYS, {"answer": "{}", "label": "x"})
    assert (page.status_code, CustomerPasskey.objects.count()) == (422, 0)
    assert "The passkey could not be set up." in page.content.decode()
