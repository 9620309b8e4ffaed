"""Signing in with a passkey and with an app, in a real browser with an authenticator in software."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from privacy.models import Authenticator, Passkey, User
from tests.authenticator import code_of
from tests.browser.conftest import PHONE, WIDE, Window, problems
from tests.factories import PASSWORD, ProfileFactory

pytestmark = pytest.mark.django_db(transaction=True)

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def bound(agent: User) -> User:
    """An agent whose profile needs a second factor."""
    agent.profile = ProfileFactory(needs_second_factor=True, rights=agent.profile.rights)
    agent.save()
    return agent


def with_authenticator(page: Page) -> Any:
    """This browser has a finger-print reader, as it were."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session


def give_password(page: Page, user: User) -> None:
    page.goto("/sign-in/?next=/desk/search/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_from_set_up_to_sign_in_and_confirmation(page: Page, bound: User) -> None:
    with_authenticator(page)
    give_password(page, bound)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    assert problems(page) == []
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page).to_have_url("/desk/search/")
    page.goto("/desk/account/")
    expect(page.get_by_text("not used yet")).to_be_visible()
    assert problems(page) == []
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/desk/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url("/desk/account/")
    assert Passkey.objects.get().sign_count > 0
    page.goto("/desk/confirmation/?next=/desk/account/app/")
    assert problems(page) == []
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page).to_have_url("/desk/account/app/")


def test_an_app_by_keyboard_on_a_phone_in_the_dark(window: Window, bound: User) -> None:
    page = window(PHONE, scheme="dark")
    give_password(page, bound)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert problems(page) == []
    page.get_by_label("Type the code that the app shows now").fill(code_of(Authenticator.objects.get()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    page.context.clear_cookies()
    Authenticator.objects.update(last_step=0)
    give_password(page, bound)
    expect(page.get_by_label("Code from your app")).to_be_focused()
    assert problems(page) == []
    page.keyboard.type(code_of(Authenticator.objects.get()))
    page.keyboard.press("Enter")
    expect(page).to_have_url("/desk/search/")


def test_a_browser_that_says_no_leaves_a_way(page: Page, bound: User) -> None:
    session = with_authenticator(page)
    session.send("WebAuthn.disable")
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no'))")
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The browser gave no answer")).to_be_visible()
    assert problems(page) == []
    assert page.viewport_size == {"width": WIDE, "height": 900}
