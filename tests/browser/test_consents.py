"""Consents in Chromium: the box on the form and the switch on the privacy page, in both languages, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact
from privacy import consent
from privacy.models import ConsentPurpose
from tests import factories
from tests.browser.conftest import PHONE, WIDE, Window
from tests.tickets.views.portal.conftest import path_of
from tickets import portal_access
from tickets.models import Department

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def purpose(department: Department) -> ConsentPurpose:
    return factories.purpose()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("locale", "width", "scheme", "title", "agreed", "back"),
    [
        ("en-GB", WIDE, "light", "The newsletter", "You agreed", "You took it back"),
        ("de-DE", PHONE, "dark", "newsletter ja", "Sie haben eingewilligt", "Sie haben es zurückgenommen"),
    ],
)
def test_a_switch_gives_and_takes_back_by_keyboard(
    window: Window, axe: Callable[[Page], None], purpose: ConsentPurpose, customer: Contact,
    locale: str, width: int, scheme: str, title: str, agreed: str, back: str,
) -> None:  # fmt: skip
    page = window(width, locale=locale, scheme=scheme)
    page.goto("/portal/ask/")
    expect(page.get_by_role("checkbox", name=title)).not_to_be_checked()
    axe(page)
    page.goto(path_of(portal_access.sign_in_secrets(customer)[0]))
    page.get_by_role("main").get_by_role("button").click()
    page.goto("/portal/privacy/")
    switch = page.get_by_role("switch", name=title)
    expect(switch).not_to_be_checked()
    switch.press("Enter")
    expect(page.locator("#consents")).to_contain_text(agreed)
    expect(switch).to_be_checked()
    axe(page)
    switch.press("Space")
    expect(switch).not_to_be_checked()
    expect(page.locator("#consents")).to_contain_text(back)
    assert [each.decision for each in consent.history(customer.pk)] == ["withdrawn", "given"]
