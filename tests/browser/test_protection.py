"""The pages of data protection in Chromium: wide and on a phone, light and dark, in English and German."""

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from privacy.models import User
from tests import factories
from tests.browser.conftest import Window, two_windows
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_register(window: Window, admin: User) -> None:
    factories.MailboxFactory(imap_host="imap.shop.example")
    with two_windows(window, admin) as (page, phone, look):
        page.goto("/desk/register/")
        phone.goto("/desk/register/")
        expect(phone.get_by_role("heading", name="Verarbeitungsverzeichnis")).to_be_visible()
        expect(phone.get_by_text("ein Schlüssel je Person").first).to_be_visible()
        look(phone, "register")
        ink = page.get_by_role("heading", level=1).evaluate("node => getComputedStyle(node).color")
        phone.emulate_media(media="print")
        expect(phone.get_by_role("navigation", name="Datenschutz")).to_have_count(0)
        expect(phone.get_by_role("heading", level=1)).to_have_css("color", ink)
        phone.emulate_media(media="screen")
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


def test_something_is_blacked_out_by_keyboard(
    window: Window, admin: User, customer: Contact, department: Department
) -> None:
    text = "Charge 4111 1111 1111 1111, says Stan."
    ticket = lifecycle.open(
        requester=customer, subject="Payment", body_text=text, channel=Channel.EMAIL, by=customer
    )
    with two_windows(window, admin) as (page, phone, look):
        page.goto(f"/desk/tickets/{ticket.number}/")
        phone.goto(f"/desk/messages/{ticket.messages.get().pk}/redaction/")
        expect(phone.get_by_role("heading", name="Schwärzen")).to_be_visible()
        look(phone, "redaction")
        page.get_by_role("link", name="Black out…").press("Enter")
        page.get_by_label("Card number: 4111 1111 1111 1111").press("Space")
        page.locator("[data-selectable]").evaluate(
            "node => getSelection().setBaseAndExtent(node.firstChild, 33, node.firstChild, 37)"
        )
        page.get_by_role("button", name="Take what is marked").press("Enter")
        expect(page.get_by_label("What to black out")).to_have_value("Stan")
        page.get_by_label("Reason").fill("No card numbers in tickets")
        look(page, "redaction")
        page.get_by_role("button", name="See what would go").press("Enter")
        expect(page.get_by_role("heading", name="Black this out for good?")).to_be_visible()
        look(page, "confirmation")
        page.get_by_role("button", name="Black out for good").press("Enter")
        expect(page.get_by_text("Blacked out by Ada Admin")).to_be_visible()
        expect(page.get_by_text("4111")).to_have_count(0)
        look(page, "ticket")
        phone.reload()
        phone.locator("[data-selectable]").evaluate(
            "node => getSelection().setBaseAndExtent(node.firstChild, 0, node.firstChild, 6)"
        )
        phone.get_by_role("button", name="Markiertes übernehmen").click()
        expect(phone.get_by_label("Was geschwärzt wird")).to_have_value("Charge")
        phone.get_by_label("Grund").fill("Auf Wunsch der Kundin")
        phone.get_by_role("button", name="Ansehen, was wegfiele").click()
        expect(phone.get_by_role("heading", name="Dies endgültig schwärzen?")).to_be_visible()
        look(phone, "confirmation")
        phone.get_by_role("button", name="Endgültig schwärzen").click()
        expect(phone.get_by_text("Geschwärzt von Ada Admin: Auf Wunsch der Kundin")).to_be_visible()
        expect(phone.get_by_text("Charge", exact=False)).to_have_count(0)
        look(phone, "ticket")


def test_a_breach_is_recorded(window: Window, admin: User, customer: Contact) -> None:
    with two_windows(window, admin) as (page, phone, look):
        page.goto("/desk/breaches/")
        phone.goto("/desk/breaches/")
        expect(phone.get_by_role("heading", name="Datenpannen", exact=True)).to_be_visible()
        look(phone, "no breach")
        page.get_by_role("link", name="Record a breach").click()
        look(page, "form")
        phone.get_by_role("link", name="Datenpanne eintragen").click()
        look(phone, "form")
        page.get_by_label("In a few words").fill("Laptop lost")
        page.get_by_label("What happened").fill("A laptop was left on a train.")
        page.get_by_label("From", exact=True).fill("2026-01-01T10:00")
        page.get_by_label("When it became known").fill("2026-01-01T12:00")
        page.get_by_label("Ways to reach the person").check()
        page.get_by_label("Who is affected").select_option("records")
        page.get_by_label("Contacts", exact=True).or_(page.get_by_label("contacts", exact=True)).check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_text("1 person", exact=True)).to_be_visible()
        page.get_by_text("To the authority, in English").click()
        look(page, "breach")
        phone.goto(page.url)
        expect(phone.get_by_text("Die 72 Stunden endeten")).to_be_visible()
        phone.get_by_text("An die Betroffenen, auf Deutsch").click()
        look(phone, "breach")
