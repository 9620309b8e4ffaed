"""The tree of roles and the matrices in a browser: with the pointer, by keyboard, and with axe."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from privacy import profiles, roles
from privacy.enums import FieldRight, ProfileKind
from privacy.models import FieldPermission, Role, User
from tests import factories
from tests.browser.admin.test_pages import sign_in
from tests.browser.conftest import PHONE, Window, problems
from tickets.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)


def line(page: Page, name: str) -> Locator:
    return page.locator(".role-line").filter(has=page.locator(f".role-name a:text-is('{name}')"))


def test_a_role_is_dragged_and_moved_by_keyboard(
    page: Page, axe: Callable[[Page], None], admin: User
) -> None:
    top = Role.objects.get(name=roles.CEO)
    sales = Role(name="Sales", reports_to=top)
    sales.save()
    sign_in(page, admin, reverse("admin:privacy_role_changelist"))
    axe(page)
    line(page, "Sales").drag_to(line(page, "Manager"), target_position={"x": 100, "y": 20})
    page.wait_for_url("**#role-*")
    expect(page.locator(f"#role-{sales.pk}")).to_be_visible()
    assert Role.objects.get(pk=sales.pk).reports_to.name == roles.MANAGER
    line(page, "Sales").locator("summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Role.objects.get(pk=sales.pk).reports_to is None


def test_fields_are_withheld_with_a_preview(window: Window, axe: Callable[[Page], None], admin: User) -> None:
    newbie = profiles.of_kind(ProfileKind.NEWBIE)
    page = window(scheme="dark")
    sign_in(page, admin, reverse("admin:privacy_profile_change", args=[newbie.pk]))
    axe(page)
    page.get_by_role("link", name="Fields", exact=True).click()
    page.get_by_role("radio", name="Address or number: masked").check()
    expect(page.locator('[data-preview="contacts.identity.value"] .as-masked')).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert FieldPermission.objects.get().right == FieldRight.MASKED


def test_sharing_and_explaining_pages_are_accessible(window: Window, admin: User, agent: User) -> None:
    ticket = factories.TicketFactory(assignee=agent)
    Membership(department=ticket.department, user=agent).save()
    page = window(PHONE)
    pages = (
        reverse("admin:privacy_sharingrule_changelist"),
        reverse("admin:privacy_sharingrule_add"),
        reverse("admin:privacy_profile_changelist"),
        f"/desk/tickets/{ticket.number}/shares/",
        f"/desk/tickets/{ticket.number}/access/",
        f"/desk/tickets/{ticket.number}/access/{agent.pk}/",
        f"/desk/access/{agent.pk}/",
    )
    sign_in(page, admin, pages[0])
    wrong = {}
    for address in pages:
        page.goto(address)
        if found := problems(page):
            wrong[address] = found
    assert wrong == {}
    expect(page.get_by_role("heading", name="What can Alma Agent see?")).to_be_visible()
