"""Choosing several tickets in a list, with keys and with the mouse, deleting them in one act and taking that back."""

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact
from privacy.models import User
from tests.browser.conftest import Window, two_windows
from tests.factories import TicketFactory
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tickets(customer: Contact, department: Department) -> list[Ticket]:
    return [
        TicketFactory(subject=f"Bill {number}", requester=customer, department=department)
        for number in range(5)
    ]


def boxes(page: Page) -> list[bool]:
    return [box.is_checked() for box in page.locator(".rows .pick").all()]


def test_several_are_chosen_deleted_and_taken_back(
    window: Window, admin: User, tickets: list[Ticket]
) -> None:
    with two_windows(window, admin) as (wide, phone, look):
        wide.goto("/desk/queues/all/")
        expect(wide.locator(".chosen")).to_be_hidden()
        wide.keyboard.press("j")
        expect(wide.locator(".rows .row[aria-current]")).to_have_count(1)
        wide.keyboard.press("x")
        assert boxes(wide) == [True, False, False, False, False]
        wide.locator(".rows .pick").nth(2).click(modifiers=["Shift"])
        assert boxes(wide) == [True, True, True, False, False]
        expect(wide.locator(".chosen")).to_contain_text("3 chosen")
        look(wide, "three are chosen")
        wide.locator(".chosen").get_by_role("button", name="Delete").click()
        expect(wide.locator(".toast")).to_contain_text("3 tickets are in the recycle bin.")
        assert Ticket.objects.count() == 2
        look(wide, "three are deleted")
        wide.locator(".toast").get_by_role("button", name="Undo").click()
        expect(wide.locator(".toast")).to_contain_text("3 were restored.")
        assert Ticket.objects.count() == 5
        phone.goto("/desk/queues/all/")
        phone.locator(".rows .pick").nth(1).check()
        expect(phone.locator(".chosen")).to_contain_text("1 ausgewählt")
        look(phone, "one is chosen")
        phone.keyboard.press("Escape")
        assert boxes(phone) == [False] * 5


def test_without_scripts_it_works_too(window: Window, admin: User, tickets: list[Ticket]) -> None:
    page = window(who=admin, scripts=False)
    page.goto("/desk/queues/all/")
    page.locator(".rows .pick").nth(0).check()
    page.locator(".chosen").get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("1 ticket is in the recycle bin.")
    assert Ticket.objects.count() == 4
