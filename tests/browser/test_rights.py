"""What the law gives each person, walked through with axe in Chromium, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from contacts.models import Contact
from privacy import holds, requests, restriction
from privacy.enums import Arrival, PortalUse, Proof, RequestKind, RestrictionGround
from privacy.models import User
from tests import factories
from tests.browser.conftest import PHONE, WIDE, Window, problems
from tests.privacy.custom.fields import make_field
from tests.tickets.views.portal.conftest import path_of
from tickets import portal_access
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk_pages(
    customer: Contact, stranger: Contact, admin: User, colleague: User, department: Department
) -> list[str]:
    """Requests in different states, somebody restricted, things in the bin, consents and custom fields."""
    factories.purpose("newsletter", placed_on=["profile", "sign_up", "desk_contact", "ticket"])
    make_field("room", module="contacts.contact", portal=PortalUse.WRITE)
    make_field("rank", module="contacts.contact", portal=PortalUse.READ)
    make_field("serial")
    ticket: Ticket = factories.TicketFactory(requester=customer, department=department)
    day = timezone.localdate()
    erasure = requests.record(
        RequestKind.ERASURE, customer, by=colleague, arrival=Arrival.PHONE, wish="All of it.",
        received_on=day - timedelta(days=50), proof=Proof.KNOWN,
    )  # fmt: skip
    objection = requests.record(
        RequestKind.OBJECTION, customer, by=admin, arrival=Arrival.LETTER, purpose="security"
    )
    restriction.object_to(customer, "security", by=admin)
    holds.place(customer, "A case at court", until=day + timedelta(days=90), by=admin)
    away: Contact = factories.ContactFactory(full_name="Rita Restricted")
    restriction.restrict(away, RestrictionGround.CONTESTED, by=admin)
    factories.TicketFactory(requester=stranger, department=department).bin(by=admin)
    person = f"/desk/people/{customer.pk}/"
    return [
        "/desk/requests/",
        "/desk/requests/?show=settled",
        f"/desk/requests/{erasure.pk}/",
        f"/desk/requests/{objection.pk}/",
        "/desk/requests/new/",
        f"/desk/requests/new/?for={customer.pk}&kind=erasure",
        person,
        f"{person}merger/",
        f"/desk/people/{away.pk}/",
        "/desk/people/new/",
        "/desk/bin/",
        f"/desk/records/ticket/{ticket.pk}/deletion/",
        "/admin/privacy/consentpurpose/",
        "/admin/privacy/consentpurpose/add/",
        "/admin/privacy/customfield/",
    ]


@pytest.mark.parametrize(("width", "scheme", "locale"), [(WIDE, "light", "en-GB"), (PHONE, "dark", "de-DE")])
def test_no_page_keeps_anybody_out(
    window: Window, desk_pages: list[str], admin: User, customer: Contact,
    width: int, scheme: str, locale: str,
) -> None:  # fmt: skip
    page = window(width, scheme=scheme, locale=locale)
    page.goto("/sign-in/?next=/desk/account/")
    page.fill("input[name=username]", admin.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk/account/")
    found = _walked(page, desk_pages)

    visitor = window(width, scheme=scheme, locale=locale)
    visitor.goto(path_of(portal_access.sign_in_secrets(customer)[0]))
    visitor.get_by_role("main").get_by_role("button").click()
    visitor.wait_for_url("**/portal/welcome/")
    rooms = [
        "welcome/",
        "privacy/",
        "privacy/profile/",
        "privacy/profile/address/",
        "privacy/wishes/erasure/",
    ]
    found |= _walked(
        visitor, [f"/portal/{room}" for room in [*rooms, "privacy/wishes/objection/", "consents/"]]
    )
    assert found == {}


def _walked(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """What is wrong, by the address of its page."""
    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        if wrong := problems(page):
            found[address] = wrong
    return found
