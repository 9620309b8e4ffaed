"""A customer's package in the portal: only after a fresh sign-in, only their own, changed by nothing but a POST."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contacts.models import Contact
from privacy.export import package as packing
from privacy.models import PersonPackage, User
from tests.promises.test_m6_take_it_along import fresh
from tests.tickets.views.portal.conftest import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PAGE = "/portal/privacy/package/"
AGAIN = "/portal/sign-in/?next=%2Fportal%2Fprivacy%2Fpackage%2F"


@pytest.fixture
def package(customer: Contact) -> PersonPackage:
    made = packing.ask(customer, by=customer)
    packing.make(made.pk)
    return made


def test_an_old_session_signs_in_again_first(
    client: Client, customer: Contact, package: PersonPackage
) -> None:
    sign_in(client, customer)
    page = client.get(PAGE).content.decode()
    assert "Sign in again to download it" in page
    assert f"{package.pk}/fetching/" not in page
    assert client.post(f"{PAGE}{package.pk}/fetching/")["Location"] == AGAIN
    package.refresh_from_db()
    assert package.is_fetchable
    assert client.get(PAGE)["Location"].startswith("/portal/sign-in/")  # it let go of the session


@pytest.mark.parametrize(("minutes", "is_asked"), [(14, False), (15, True)])
def test_fresh_means_minutes(
    client: Client, customer: Contact, time_machine: Any, minutes: int, is_asked: bool
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    fresh(client, customer)
    time_machine.shift(timedelta(minutes=minutes))
    assert (client.post(PAGE)["Location"] == AGAIN) == is_asked
    assert PersonPackage.objects.exists() != is_asked


def test_the_button_leads_to_signing_in_and_back(client: Client, customer: Contact) -> None:
    sign_in(client, customer)
    assert client.get(f"{PAGE}sign-in/").status_code == 405
    assert client.post(f"{PAGE}sign-in/")["Location"] == AGAIN


def test_it_is_nobody_elses_and_not_what_staff_built(
    client: Client, stranger: Contact, customer: Contact, admin: User, package: PersonPackage
) -> None:
    built = packing.ask(customer, by=admin)
    packing.make(built.pk)
    fresh(client, stranger)
    for made in (package, built):
        assert client.get(f"{PAGE}{made.pk}/").status_code == 404
        assert client.post(f"{PAGE}{made.pk}/fetching/").status_code == 404
    fresh(client, customer)
    assert client.get(f"{PAGE}{package.pk}/").status_code == 200
    assert client.post(f"{PAGE}{built.pk}/fetching/").status_code == 404


def test_looking_fetches_nothing_and_asking_has_a_limit(client: Client, customer: Contact) -> None:
    fresh(client, customer)
    client.get(PAGE)
    assert not PersonPackage.objects.exists()
    for _ in range(5):
        client.post(PAGE)
        for made in PersonPackage.objects.all():
            packing.make(made.pk)
    assert PersonPackage.objects.count() == 3
    made = PersonPackage.objects.first()
    assert made is not None
    client.get(f"{PAGE}{made.pk}/")
    made.refresh_from_db()
    assert made.is_fetchable


def test_it_is_said_in_german_too(client: Client, customer: Contact, package: PersonPackage) -> None:
    customer.language = "de"
    customer.save()
    fresh(client, customer)
    assert "Ihre Daten liegen bereit" in client.get(PAGE).content.decode()
