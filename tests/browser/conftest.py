"""Chromium for tests: a page against the live server, and axe to look for what keeps people out."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


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
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """``visit(locale="de-DE", width=390, …)`` opens another person's browser; what goes wrong in it fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(*, width: int = 1440, height: int = 900, locale: str = "en-GB", **options: Any) -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(base_url=site, viewport=size, locale=locale, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if _is_policy(line.text) else None)
        page.on(
            "request",
            lambda request: None if request.url.startswith((site, "data:")) else wrong.append(request.url),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], "errors, breaches of the content security policy, or requests to others"


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """One visitor at a wide screen, in English."""
    return visit()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails with every violation of WCAG 2.2 A, AA and best practice."""
    engine = Axe()

    def check(page: Page) -> None:
        found = engine.run(page)
        assert found.response["violations"] == [], found.generate_report()

    return check


def _is_policy(text: str) -> bool:
    return "Content Security Policy" in text or "Content-Security-Policy" in text
