"""Requests of persons in Chromium: recorded, checked, answered, packed, carried out; by keyboard, in two languages."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from privacy import erasure, requests
from privacy.enums import Arrival, Proof, RequestKind
from privacy.export import package
from privacy.models import PersonPackage, User
from tests.browser.conftest import Window, two_windows
from tickets import bystanders, lifecycle
from tickets.attaching import NewAttachment
from tickets.enums import Channel
from tickets.models import BystanderScan, Department, Mailbox, OutboundMail

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


def test_an_answer_from_the_phone_call_to_the_package(
    window: Window, admin: User, customer: Contact, mailbox: Mailbox
) -> None:
    with two_windows(window, admin) as (page, phone, look):
        phone.goto("/desk/requests/")
        expect(phone.get_by_role("heading", name="Anträge zu Daten")).to_be_visible()
        look(phone, "no request")
        page.goto("/desk/requests/")
        page.get_by_role("link", name="Record a request").press("Enter")
        page.get_by_label("Who asks").press_sequentially("carla@customer.example")
        page.get_by_label("What they ask for").select_option("access")
        page.get_by_label("How it reached us").select_option("phone")
        page.get_by_label("In their words").fill("What do you know about me?")
        look(page, "form")
        page.get_by_role("button", name="Record it").press("Enter")
        page.get_by_label("We know who asks because").select_option("called_back")
        page.get_by_role("button", name="Write it down").press("Enter")
        expect(page.get_by_text("We called back the number we know.")).to_be_visible()
        page.get_by_text("We have your request", exact=True).press("Enter")
        look(page, "letter")
        page.get_by_role("button", name="Send it by mail").press("Enter")
        expect(page.get_by_text("The letter goes out now.")).to_be_visible()
        assert OutboundMail.objects.count() == 1
        page.get_by_role("button", name="Build the package").press("Enter")
        expect(page.get_by_role("progressbar")).to_be_visible()
        package.make(PersonPackage.objects.get().pk)
        with page.expect_download() as fetched:
            page.get_by_role("button", name="Fetch the package").press("Enter")
        assert "data.json" in ZipFile(Path(fetched.value.path())).namelist()
        look(page, "access")
        phone.goto(page.url)
        expect(phone.get_by_role("heading", name="Was zu tun ist")).to_be_visible()
        look(phone, "access")


def test_an_erasure_is_seen_before_it_happens(
    window: Window, admin: User, customer: Contact, department: Department
) -> None:
    lifecycle.open(
        requester=customer, subject="Delete me", body_text="All of it", channel=Channel.WEB, by=customer
    )
    for each in customer.identities.all():
        each.bin(by=None)  # no receipt to wait for
    wish = requests.record(RequestKind.ERASURE, customer, by=None, arrival=Arrival.PHONE, proof=Proof.KNOWN)
    with two_windows(window, admin) as (page, phone, look):
        for each, title in ((phone, "Was gelöscht würde"), (page, "What would be erased")):
            each.goto(f"/desk/requests/{wish.pk}/")
            expect(each.get_by_role("region", name=title).get_by_role("table")).to_be_visible()
            look(each, "dry run")
        page.get_by_label("Close what is still open").press("Space")
        page.get_by_role("button", name="Approve and carry out").press("Enter")
        expect(page.get_by_text("The erasure is under way")).to_be_visible()
        assert erasure.carry_on_all() == 1
        phone.reload()
        expect(phone.get_by_role("heading", name="auf Wunsch der Person gelöscht")).to_be_visible()
        expect(phone.get_by_text("Carla")).to_have_count(0)
        look(phone, "erased")


def test_a_bystander_is_found_and_blacked_out_from_there(
    window: Window, admin: User, customer: Contact, stranger: Contact, department: Department
) -> None:
    named = "Stan Stranger (stan@stranger.example) told me."
    files = [NewAttachment("list.csv", "text/csv", b"name;number\nStan Stranger;2")]
    told = {"channel": Channel.WEB, "requester": customer, "by": customer}
    inside = lifecycle.open(subject="Neighbours", body_text=named, **told)
    within = lifecycle.open(subject="A list", body_text="See there.", attachments=files, **told)
    wish = requests.record(RequestKind.ERASURE, stranger, by=None, arrival=Arrival.PHONE, proof=Proof.KNOWN)
    with two_windows(window, admin) as (page, phone, look):
        page.goto(f"/desk/requests/{wish.pk}/")
        page.get_by_role("button", name="Look through all tickets").press("Enter")
        expect(page.get_by_role("progressbar", name="Texts looked through")).to_be_visible()
        look(page, "looking")
        bystanders.carry_on(BystanderScan.objects.get().pk)
        expect(page.get_by_text("they are named in these messages")).to_be_visible()
        look(page, "hits")
        phone.goto(page.url)
        hit = phone.get_by_role("listitem").filter(has_text=f"#{inside.number} Neighbours")
        expect(hit.get_by_text("2 Stellen")).to_be_visible()
        look(phone, "hits")
        phone.get_by_role("button", name=f"In #{within.number} schwärzen").click()
        expect(phone.get_by_label("Was geschwärzt wird")).to_have_value(
            "Stan Stranger\nstan@stranger.example"
        )
        phone.get_by_label("Grund").fill("Antrag auf Löschung")
        phone.get_by_role("button", name="Ansehen, was wegfiele").click()
        expect(phone.get_by_role("heading", name="Dies endgültig schwärzen?")).to_be_visible()
        look(phone, "confirmation")
        phone.get_by_role("button", name="Endgültig schwärzen").click()
        expect(phone.get_by_text("Geschwärzt von Ada Admin")).to_be_visible()
        look(phone, "blacked out")
        phone.goto(f"/desk/requests/{wish.pk}/")
        expect(phone.get_by_text("seitdem wurde etwas geschwärzt")).to_be_visible()
        look(phone, "one done")
    assert b"Stan" not in within.messages.get().attachments.get().content.read_plain()
