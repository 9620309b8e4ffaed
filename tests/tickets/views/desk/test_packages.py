"""A person's package at the desk: built from their request by who may, fetched by whoever built it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy import requests
from privacy.enums import Arrival, RequestKind
from privacy.export import package as packing
from privacy.models import DataRequest, Opening, PersonPackage, User
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def page(customer: Contact, colleague: User, admin: User) -> str:
    """The page of a request for access."""
    made: DataRequest = requests.record(RequestKind.ACCESS, customer, by=None, arrival=Arrival.PHONE)
    return f"/desk/requests/{made.pk}/"


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_it_is_built_and_fetched(desk: Client, page: str, customer: Contact, admin: User) -> None:
    assert "Build the package" in desk.get(page).content.decode()
    assert desk.post(f"{page}packages/")["Location"] == page
    package = PersonPackage.objects.get()
    assert (package.subject_id, package.by) == (customer.pk, admin)
    assert "hx-get" in desk.get(f"{page}packages/{package.pk}/").content.decode()
    packing.make(package.pk)
    assert "Fetch the package" in desk.get(page).content.decode()
    file: Any = desk.post(f"{page}packages/{package.pk}/fetching/")
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert file["Content-Disposition"].startswith('attachment; filename="data-')
    assert "If it didn’t arrive whole" in desk.get(page).content.decode()
    looks = Opening.objects.filter(subject_id=customer.pk, model="privacy.personpackage", how="downloaded")
    assert looks.count() == 1


def test_it_needs_the_right_and_is_nobody_elses(
    client: Client, page: str, agent: User, admin: User, customer: Contact
) -> None:
    package = packing.ask(customer, by=admin)
    packing.make(package.pk)
    client.force_login(agent)
    assert client.post(f"{page}packages/").status_code == 404
    client.force_login(factories.UserFactory(profile=admin.profile))
    for method, address in (("get", ""), ("post", "fetching/")):
        answer = getattr(client, method)(f"{page}packages/{package.pk}/{address}")
        assert answer.status_code == 404
    assert "Fetch the package" not in client.get(page).content.decode()


def test_it_asks_again_who_is_there(
    desk: Client, page: str, admin: User, customer: Contact, time_machine: Any
) -> None:
    package = packing.ask(customer, by=admin)
    packing.make(package.pk)
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    assert desk.post(f"{page}packages/").status_code == 401
    asked = desk.post(
        f"{page}packages/{package.pk}/fetching/", headers={"referer": f"http://testserver{page}"}
    )
    assert asked["Location"].startswith("/desk/confirmation/?next=%2Fdesk%2Frequests%2F")
    package.refresh_from_db()
    assert package.is_fetchable
    assert PersonPackage.objects.count() == 1
