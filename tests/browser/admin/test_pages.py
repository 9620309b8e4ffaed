"""The administration in a browser: each kind of page, with axe and under the policy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from contacts.models import Contact
from privacy.models import User
from tests import factories
from tests.browser.conftest import PHONE, WIDE, Window
from tickets.models import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


CUT_OFF = """() => {
    const right = (each) => each.getBoundingClientRect().right;
    return [...document.querySelectorAll(".form-row :is(input, select, textarea, label)")]
        .filter((each) => each.offsetWidth && right(each) > right(each.closest(".form-row")) + 1)
        .map((each) => each.id || each.textContent);
}"""


def sign_in(page: Page, user: User, then: str) -> None:
    page.goto(f"/sign-in/?next={then}")
    page.fill("input[name=username]", user.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{then}")


@pytest.fixture
def mailbox(transactional_db: None) -> Mailbox:
    made: Mailbox = factories.MailboxFactory(name="Support", imap_host="127.0.0.1", imap_port=9)
    return made


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_pages_are_accessible(
    window: Window, axe: Callable[[Page], None], admin: User, customer: Contact, mailbox: Mailbox,
    width: int, scheme: str,
) -> None:  # fmt: skip
    page = window(width, scheme=scheme)
    sign_in(page, admin, "/admin/")
    axe(page)
    ticket = factories.TicketFactory(requester=customer)
    records = (customer, mailbox, admin, ticket)
    for record in records if width == WIDE else records[:2]:
        name = f"admin:{record._meta.app_label}_{record._meta.model_name}"
        for address in (reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[record.pk])):
            page.goto(address)
            axe(page)
            assert page.evaluate(CUT_OFF) == []
    page.goto(reverse("admin:contacts_contact_delete", args=[customer.pk]))
    axe(page)


def test_a_search_by_keyboard_keeps_the_address_out_of_the_url(
    page: Page, admin: User, customer: Contact
) -> None:
    sign_in(page, admin, reverse("admin:contacts_contact_changelist"))
    page.get_by_role("textbox", name="Search").press_sequentially("carla@customer.example")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name:")).to_have_value("Carla Customer")
    assert page.url.endswith(reverse("admin:contacts_contact_change", args=[customer.pk]))


def test_a_failing_mailbox_says_what_to_do(
    page: Page, axe: Callable[[Page], None], admin: User, mailbox: Mailbox, settings: Any
) -> None:
    settings.MAIL_ALLOW_PRIVATE_HOSTS = True
    sign_in(page, admin, reverse("admin:tickets_mailbox_change", args=[mailbox.pk]))
    page.get_by_role("button", name="Test receiving").click()
    expect(page.get_by_text("The server doesn't answer on this port.")).to_be_visible()
    axe(page)
