"""The pages of data protection in Chromium: wide and on a phone, light and dark, in English and German."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from privacy.models import User
from tests import factories
from tests.browser.conftest import PHONE, Window, problems
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def two_windows(window: Window, who: User, address: str) -> Iterator[Any]:
    """Wide, light and English; a phone, dark and German. What is found wrong is collected, and fails at the end."""
    found: dict[str, Any] = {}

    def look(page: Page, what: str) -> None:
        found[f"{what} {page.viewport_size}"] = problems(page)

    pages = [window(1440), window(PHONE, scheme="dark", locale="de-DE")]
    for page in pages:
        page.goto(f"/sign-in/?next={address}")
        page.locator("input[name=username]").fill(who.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
    yield (*pages, look)
    assert {where: what for where, what in found.items() if what} == {}


def test_the_register(window: Window, admin: User) -> None:
    factories.MailboxFactory(imap_host="imap.shop.example")
    with two_windows(window, admin, "/desk/register/") as (page, phone, look):
        expect(phone.get_by_role("heading", name="Verarbeitungsverzeichnis")).to_be_visible()
        expect(phone.get_by_text("ein Schlüssel je Person").first).to_be_visible()
        look(phone, "register")
        page.get_by_role("link", name="Change", exact=True).click()
        page.get_by_label("Organisation").fill("Kaffee & Co")
        look(page, "controller")
        page.get_by_role("button", name="Save").click()
        held = page.locator(".held", has_text="imap.shop.example")
        held.get_by_text("Say where it is").click()
        held.get_by_label("Where it is").select_option("union")
        look(page, "register")
        held.get_by_role("button", name="Save").click()
        expect(held.get_by_text("EU or EEA", exact=True).first).to_be_visible()
