"""Chromium for tests: windows onto the live server, and what axe and our own eyes find wrong in them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from contacts.models import Contact
from privacy.models import User
from tests.tickets.views.portal.conftest import sign_in

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
WIDE, TABLET, PHONE, SMALLEST = 1440, 1024, 390, 320
QUIETLY = {"preload": False}  # else axe copies @import-ed sheets into inline styles, which the policy blocks
SESSION = settings.SESSION_COOKIE_NAME
Window = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, started once."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "There is no Chromium here: apt-get install chromium (.ci/run does it)."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running helpdesk; links in mails lead there too."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Window]:
    """``window(PHONE, scripts=False, scheme="dark", locale="de-DE")`` is another person's browser.

    With ``who`` they are signed in already: how one signs in has tests of its own.

    A script error, a breach of the content security policy or a request to anybody else fails the test.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(
        width: int = WIDE,
        *,
        who: User | Contact | None = None,
        scripts: bool = True,
        scheme: str = "light",
        locale: str = "en-GB",
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,
            locale=locale,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if who is not None:
            context.add_cookies([{"name": SESSION, "value": _session_of(who), "url": site}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        _listen(page, site, wrong)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(window: Window) -> Page:
    """One visitor at a wide screen, in English."""
    return window()


def problems(page: Page) -> list[str]:
    """What keeps people out of this page: violations that axe finds, and scrolling sideways."""
    page.wait_for_load_state()
    violations = Axe().run(page, options=QUIETLY).response["violations"]
    found = [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in violations]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{wider} px wider than the window"] if wider > 0 else [])]


@contextmanager
def two_windows(window: Window, who: User | Contact) -> Iterator[tuple[Page, Page, Look]]:
    """Theirs: wide, light and English; a phone, dark and German. What ``look`` finds wrong fails at the end."""
    found: dict[str, list[str]] = {}

    def look(page: Page, what: str) -> None:
        found[f"{what} {page.viewport_size}"] = problems(page)

    yield window(who=who), window(PHONE, who=who, scheme="dark", locale="de-DE"), look
    assert {where: what for where, what in found.items() if what} == {}


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails with everything that ``problems`` finds."""

    def check(page: Page) -> None:
        assert problems(page) == []

    return check


def _session_of(who: User | Contact) -> str:
    client = Client()
    if isinstance(who, User):
        client.force_login(who)
    else:
        sign_in(client, who)
    return client.cookies[SESSION].value


def _listen(page: Page, site: str, wrong: list[str]) -> None:
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None
    )
    page.on("request", lambda ask: wrong.append(ask.url) if not ask.url.startswith((site, "data:")) else None)
