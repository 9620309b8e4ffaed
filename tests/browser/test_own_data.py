"""What customers do about their own data, in Chromium: correct it, move, take it along, end it, bring a passkey."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from contacts import identification
from contacts.models import Contact, CustomerPasskey
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import requests
from privacy.enums import PortalUse
from privacy.export import package
from privacy.models import DataRequest, PersonPackage, User
from tests import factories
from tests.browser.conftest import Window, two_windows
from tests.browser.test_sign_in import with_authenticator
from tests.privacy.custom.fields import make_field
from tickets.channels.email import outbound
from tickets.models import Mailbox

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


def test_a_profile_is_corrected_by_keyboard_alone(window: Window, customer: Contact) -> None:
    factories.purpose("newsletter", placed_on=["profile"])
    make_field("room", module="contacts.contact", portal=PortalUse.WRITE)
    with two_windows(window, customer) as (page, phone, look):
        phone.goto("/portal/privacy/profile/")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Meine Daten berichtigen")
        look(phone, "profile")
        page.goto("/portal/privacy/")
        look(page, "privacy")
        _tab_to(page, "Correct my data")
        page.keyboard.press("Enter")
        page.wait_for_url("**/profile/")
        _tab_to(page, "Your name")
        page.keyboard.type("Carla Maria Customer")
        _tab_to(page, "Your phone numbers")
        page.keyboard.type("not a number")
        page.keyboard.press("Tab")
        _tab_to(page, "Save")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        look(page, "wrong")
        page.get_by_role("alert").get_by_role("link").press("Enter")
        page.keyboard.press("Control+a")
        page.keyboard.type("030 901820")
        _tab_to(page, "Save")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Thank you. It is corrected.")).to_be_visible()
        customer.refresh_from_db()
        assert customer.full_name == "Carla Maria Customer"


def test_another_address_takes_a_click_in_both_mailboxes(
    window: Window, admin: User, customer: Contact, mailbox: Mailbox, post_office: DemoMailServer
) -> None:
    with two_windows(window, customer) as (page, phone, look):
        page.goto("/portal/privacy/profile/")
        page.get_by_role("link", name="I have another address now").click()
        page.get_by_label("Your new e-mail address").fill("carla@new.example")
        look(page, "another address")
        page.get_by_role("button", name="Send both links").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
        look(page, "asked")
        outbound.send_due()
        for address, each in (("carla@customer.example", page), ("carla@new.example", phone)):
            [mail] = post_office.messages(address)
            found = re.search(r"/portal/privacy/confirmation/[\w/-]+", str(mail).replace("=\n", ""))
            assert found
            each.goto(found[0])
            look(each, "one more click")
            each.get_by_role("main").get_by_role("button").press("Enter")
            look(each, "confirmed")
    assert requests.carry_out(requests.approve(DataRequest.objects.get(), by=admin))
    assert identification.find("carla@new.example") == customer


def test_everything_is_taken_along_and_its_end_asked_for(
    window: Window, customer: Contact, mailbox: Mailbox
) -> None:
    with two_windows(window, customer) as (page, phone, look):
        page.goto("/portal/privacy/")
        page.get_by_role("link", name="Download my data").click()
        look(page, "package")
        page.get_by_role("button", name="Put my data together").click()
        expect(page.get_by_text("We are putting it together.")).to_be_visible()
        package.make(PersonPackage.objects.get().pk)
        with page.expect_download() as fetched:
            page.get_by_role("button", name="Download", exact=True).click()
        assert "data.json" in ZipFile(Path(fetched.value.path())).namelist()
        phone.goto("/portal/privacy/package/")
        look(phone, "package")
        for kind in ("restriction", "objection", "erasure"):
            phone.goto(f"/portal/privacy/wishes/{kind}/")
            look(phone, kind)
        phone.get_by_role("button", name="Link schicken").press("Enter")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihre E-Mails")
        phone.goto("/portal/privacy/")
        expect(phone.get_by_text("Wartet auf Ihren Klick")).to_be_visible()
        look(phone, "privacy")


def test_a_passkey_is_set_up_used_and_taken_off(window: Window, customer: Contact) -> None:
    with two_windows(window, customer) as (page, phone, look):
        for each in (page, phone):
            each.goto("/portal/privacy/passkeys/")
        look(phone, "no passkey")
        with_authenticator(page)
        page.get_by_label("A name by which you know it again").fill("My phone")
        page.get_by_role("button", name="Set up a passkey").press("Enter")
        expect(page.get_by_role("heading", name="My phone")).to_be_visible()
        look(page, "passkey")
        page.get_by_role("button", name="Sign out").click()
        page.goto("/portal/sign-in/?next=/portal/privacy/passkeys/")
        look(page, "sign-in")
        page.get_by_role("button", name="Sign in with a passkey").press("Enter")
        expect(page.get_by_text("last used")).to_be_visible()
        assert CustomerPasskey.objects.get().used_at is not None
        phone.reload()
        look(phone, "passkey")
        page.get_by_role("button", name="Remove My phone").press("Enter")
        expect(page.get_by_role("heading", name="My phone")).to_have_count(0)
        assert not CustomerPasskey.objects.exists()


def _tab_to(page: Page, name: str) -> None:
    """Tab until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"no way to “{name}” by keyboard")


FOCUSED = """() => {
    const one = document.activeElement;
    return (one.labels?.[0] ?? one).textContent.trim().split("\\n")[0].replace("(optional)", "").trim();
}"""
