"""Exports in Chromium: asked for, followed, fetched by keyboard; read on a phone in German."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from privacy.export import jobs
from privacy.models import ExportJob, User
from tests.browser.conftest import Window, two_windows

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_module_from_asking_to_the_file(window: Window, admin: User, customer: Contact) -> None:
    with two_windows(window, admin) as (page, phone, look):
        phone.goto("/desk/exports/")
        expect(phone.get_by_role("heading", name="Ihre Dateien")).to_be_visible()
        look(phone, "no file")
        page.goto("/desk/exports/")
        page.get_by_label("What to export").select_option("contacts.contact")
        page.get_by_label("JSON, one list").press("Space")
        page.get_by_role("button", name="Put it together").press("Enter")
        expect(page.get_by_role("progressbar", name="Records in the file")).to_be_visible()
        look(page, "in the making")
        jobs.make(ExportJob.objects.get().pk)
        fetch = page.get_by_role("button", name="Fetch the file")
        with page.expect_download() as fetched:
            fetch.press("Enter")
        assert "Carla Customer" in Path(fetched.value.path()).read_text()
        told = page.get_by_text("If it didn’t arrive whole")  # the page asks every five seconds
        expect(told).to_be_visible(timeout=20_000)
        look(page, "fetched")
        phone.reload()
        expect(phone.get_by_role("button", name="Datei abholen")).to_be_visible()
        look(phone, "fetched")
