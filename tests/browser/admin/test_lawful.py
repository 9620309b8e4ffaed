"""What administrators set up for the law, in Chromium: consents, custom fields, terms, groups; and Twitter/X."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from privacy import custom
from privacy.custom import conversion
from privacy.models import ConsentPurpose, CustomField, User
from tests import factories
from tests.browser.conftest import Window, two_windows
from tests.privacy.custom.fields import make_field
from tests.tickets.channels.twitter.x_server import XServer
from tickets.models import Department

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def x(settings: Any) -> Iterator[XServer]:
    """Twitter/X on loopback."""
    server = XServer()
    settings.TWITTER_API_URL = server.url
    yield server
    server.shutdown()
    server.server_close()


def test_a_purpose_is_written_and_seen_as_people_see_it(window: Window, admin: User) -> None:
    with two_windows(window, admin) as (page, phone, look):
        page.goto(reverse("admin:privacy_consentpurpose_add"))
        page.get_by_label("Key").fill("newsletter")
        page.get_by_label("Portal: profile").check()
        for number, (title, text) in enumerate(
            (("The letter", "Once a month."), ("Der Brief", "Im Monat einmal."))
        ):
            page.get_by_label("Title").nth(number).fill(title)
            page.get_by_label("Text", exact=False).nth(number).fill(text)
        look(page, "purpose")
        page.get_by_role("button", name="Save", exact=True).press("Enter")
        made = ConsentPurpose.objects.get()
        page.goto(reverse("admin:privacy_consentpurpose_change", args=[made.pk]))
        page.get_by_role("link", name="As people see it").press("Enter")
        expect(page.get_by_role("checkbox", name="Der Brief")).not_to_be_checked()
        look(page, "preview")
        for address in ("changelist", "change"):
            phone.goto(
                reverse(f"admin:privacy_consentpurpose_{address}", args=[made.pk][: address == "change"])
            )
            look(phone, address)


def test_encryption_of_a_field_is_switched_and_followed(window: Window, admin: User) -> None:
    field = make_field("serial")
    for number in range(3):
        custom.set_values(factories.TicketFactory(), {"serial": f"S-{number}"}, by=None)
    with two_windows(window, admin) as (page, phone, look):
        phone.goto(reverse("admin:privacy_customfield_changelist"))
        look(phone, "fields")
        page.goto(reverse("admin:privacy_customfield_changelist"))
        look(page, "fields")
        page.get_by_role("link", name="Serial").press("Enter")
        look(page, "field")
        page.get_by_role("link", name="Switch encryption off…").press("Enter")
        look(page, "switch")
        page.get_by_label("I know that this is personal data").press("Space")
        page.get_by_role("button", name="Switch encryption off").press("Enter")
        expect(page.get_by_role("progressbar", name="Converted")).to_be_visible()
        look(page, "converting")
        conversion.convert(field.pk)
        expect(page.get_by_text("So are all that are stored already")).to_be_visible()
        phone.goto(page.url)
        phone.get_by_role("link", name="Verschlüsselung einschalten").click()
        look(phone, "switch back")
        assert not CustomField.objects.get().is_encrypted


def test_an_account_on_twitter_is_connected(
    window: Window, admin: User, department: Department, x: XServer
) -> None:
    with two_windows(window, admin) as (page, phone, look):
        phone.goto(reverse("admin:tickets_twitteraccount_changelist"))
        look(phone, "no account")
        page.goto(reverse("admin:tickets_twitteraccount_add"))
        look(page, "account")
        page.get_by_label("Department:").select_option(label="Support")
        for label, value in (
            ("Name", "Moorbach on X"), ("API key:", "key"), ("API key secret", "secret"),
            ("Access token:", "token"), ("Access token secret", "token secret"),
        ):  # fmt: skip
            page.get_by_label(label).first.fill(value)
        page.get_by_role("button", name="Save and stay here").press("Enter")
        page.get_by_role("button", name="Test the connection").press("Enter")
        expect(page.get_by_text("These are the keys of @moorbach.")).to_be_visible()
        look(page, "trial")
        phone.goto(reverse("admin:tickets_twitteraccount_changelist"))
        phone.get_by_role("link", name="Moorbach on X").click()
        look(phone, "account")


def test_the_end_of_closed_tickets_is_seen_before_it_is_set(window: Window, admin: User) -> None:
    factories.TicketFactory(closed_at=timezone.now() - timedelta(days=100))
    with two_windows(window, admin) as (page, phone, look):
        for each in (page, phone):
            each.goto(reverse("admin:privacy_retentionrule_changelist"))
            look(each, "terms")
        page.get_by_role("link", name=re.compile("Set an end.*Closed tickets")).press("Enter")
        page.get_by_label("After how many days").fill("0")
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_label("After how many days")).to_have_accessible_description(
            re.compile("greater than or equal to 1")
        )
        look(page, "wrong")
        page.get_by_label("After how many days").fill("95")
        page.get_by_role("button", name="See what would go").press("Enter")
        expect(page.get_by_role("region", name="With 95 days").get_by_text("1 ticket")).to_be_visible()
        look(page, "preview")
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_text("after 95 days")).to_be_visible()
        phone.reload()
        phone.get_by_role("link", name=re.compile("Ändern.*Geschlossene Tickets")).click()
        phone.get_by_role("link", name="Zurück zur üblichen Frist").click()
        look(phone, "back to the usual")
        phone.goto(reverse("admin:privacy_purgerun_changelist"))
        expect(phone.get_by_role("region", name="In den nächsten sieben Tagen")).to_contain_text("1 Ticket")
        look(phone, "purge")


def test_a_group_is_made_of_people(window: Window, admin: User, agent: User) -> None:
    with two_windows(window, admin) as (page, phone, look):
        phone.goto(reverse("admin:auth_group_changelist"))
        look(phone, "no group")
        page.goto(reverse("admin:auth_group_changelist"))
        page.get_by_role("link", name="New group").press("Enter")
        page.get_by_label("Name").fill("On call")
        page.get_by_label("Alma Agent").press("Space")
        look(page, "group")
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_text("Alma Agent")).to_be_visible()
        look(page, "groups")
        phone.reload()
        phone.get_by_role("link", name=re.compile("Löschen.*On call")).click()
        expect(phone.get_by_role("heading", name="Eine Person gehört dazu")).to_be_visible()
        look(phone, "deletion")
