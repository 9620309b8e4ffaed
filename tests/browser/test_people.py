"""A person at the desk in Chromium: all that is known of them, two who are one, one whom nobody may see."""

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from privacy import requests, restriction
from privacy.enums import Arrival, RequestKind, RestrictionGround
from privacy.models import User
from tests import factories
from tests.browser.conftest import Window, two_windows
from tests.privacy.custom.fields import make_field
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_is_read_and_found_to_be_here_twice(
    window: Window, admin: User, customer: Contact, department: Department
) -> None:
    twin = factories.ContactFactory(
        full_name="C. Customer", email="carla@home.example", phone="+4930901820", handle="@carla"
    )
    for person, subject in ((customer, "From the office"), (twin, "From home")):
        lifecycle.open(requester=person, subject=subject, body_text="?", channel=Channel.EMAIL, by=person)
    factories.purpose()
    make_field("contract", module="contacts.contact")
    requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    with two_windows(window, admin) as (page, phone, look):
        page.goto(f"/desk/people/{customer.pk}/")
        expect(page.get_by_role("heading", name="Who looked")).to_be_visible()
        look(page, "person")
        page.get_by_role("link", name="Merge…").press("Enter")
        page.get_by_label("Known by").press_sequentially("@carla")
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name="C. Customer")).to_contain_text("+4930901820")
        look(page, "merger")
        page.get_by_role("button", name="Make them one").press("Enter")
        expect(page.get_by_text("They are one person now.")).to_be_visible()
        for subject in ("From the office", "From home"):
            expect(page.get_by_role("link", name=subject)).to_be_visible()
        phone.goto(page.url)
        known = phone.get_by_role("region", name="Bekannt unter")
        expect(known).to_contain_text("carla@home.example")
        look(phone, "person")


def test_whoever_is_restricted_is_not_shown(window: Window, admin: User, customer: Contact) -> None:
    requests.record(RequestKind.RESTRICTION, customer, by=admin, arrival=Arrival.MAIL, ground="claims")
    restriction.restrict(customer, RestrictionGround.CLAIMS, by=admin)
    with two_windows(window, admin) as (page, phone, look):
        for each, title in ((page, "This person’s data is restricted"), (phone, "eingeschränkt")):
            each.goto(f"/desk/people/{customer.pk}/")
            expect(each.get_by_role("heading", level=1)).to_contain_text(title)
            expect(each.get_by_text("Carla")).to_have_count(0)
            look(each, "restricted")
        page.get_by_role("link", name="Restriction (Art. 18)").press("Enter")
        page.get_by_role("button", name="Lift the restriction").press("Enter")
        page.goto(f"/desk/people/{customer.pk}/")
        expect(page.get_by_role("heading", name="Carla Customer")).to_be_visible()
