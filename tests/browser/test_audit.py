"""The audit in Chromium: read, filtered by keyboard, wide and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from contacts.models import Contact
from privacy import actor, watching
from privacy.enums import Via
from privacy.models import OpeningAlarm, User
from tests.browser.conftest import PHONE, Window, problems
from tests.factories import PASSWORD
from tickets import assignment, lifecycle
from tickets.enums import Channel, Priority
from tickets.models import Department

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_audit_is_read_and_filtered(
    window: Window, admin: User, agent: User, customer: Contact, department: Department
) -> None:
    ticket = lifecycle.open(
        requester=customer, subject="Rear brake squeaks", body_text="?", channel=Channel.EMAIL, by=customer
    )
    with actor.acting(agent, via=Via.DESK):
        lifecycle.change_priority(ticket, Priority.URGENT, by=agent)
        assignment.assign(ticket, agent, by=agent)
        watching.opened(agent, [ticket, customer])
    OpeningAlarm.objects.create(moment=actor.now(), viewer_id=agent.pk, people=230)
    found: dict[str, Any] = {}
    for width, scheme in ((1440, "light"), (PHONE, "dark")):
        page = window(width, scheme=scheme)
        page.goto("/sign-in/?next=/desk/audit/")
        page.get_by_label("E-mail address").fill(admin.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("set the priority from Normal to Urgent")).to_be_visible()
        found[f"events {width}"] = problems(page)
        page.get_by_label("Module or field").select_option("tickets.ticket.assignee")
        page.get_by_role("button", name="Show", exact=True).press("Enter")
        expect(page.get_by_text("took the ticket")).to_be_visible()
        expect(page.get_by_text("set the priority")).to_have_count(0)
        page.get_by_role("link", name="Who opened what").click()
        said = page.get_by_text("Alma Agent · opened").first
        expect(said).to_be_visible()
        assert said.evaluate("each => each.offsetWidth") > PHONE / 2
        found[f"openings {width}"] = problems(page)
    assert {where: what for where, what in found.items() if what} == {}
