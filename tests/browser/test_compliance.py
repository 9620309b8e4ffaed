"""The controls in Chromium: wide and on a phone, light and dark, in both languages."""

import pytest
from playwright.sync_api import expect

from privacy import compliance, purging
from privacy.models import User
from tests.browser.conftest import PHONE, Window, problems
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


def test_the_controls_are_read(window: Window, admin: User) -> None:
    purging.purge()
    compliance.prove(compliance.Proved.AUDIT, is_well=False, breaks=2)
    found: dict[str, list[str]] = {}
    for width, scheme, locale, words in (
        (1440, "light", "en-GB", "The audit was altered"),
        (PHONE, "dark", "de-DE", "Das Protokoll wurde verändert"),
    ):
        page = window(width, scheme=scheme, locale=locale)
        page.goto("/sign-in/?next=/desk/audit/compliance/")
        page.locator("input[type=email], input[name=username]").first.fill(admin.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        expect(page.locator("#control-audit_verified")).to_contain_text(words)
        expect(page.locator("article").first).to_contain_text(words)  # what is wrong comes first
        found[f"{width}"] = problems(page)
    assert {where: what for where, what in found.items() if what} == {}
