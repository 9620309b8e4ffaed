"""Takes the pictures of the README: run `make run` first, then `.venv/bin/python docs/screenshots.py`.

Options: ``--site http://localhost:8000 --mail http://localhost:8025 --to docs/images``.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from helpdesk.demo.company import CUSTOMERS, LOGINS  # noqa: E402  (the checkout, not an installed package)

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

ENGLISH, GERMAN = (
    "[Ss]team wand|No steam|thirsty|out of order|Service call",
    "Wasser unter|tropft|Pfütze|Ausfall|E05",
)


class Camera:
    """Opens pages as somebody, waits until they are still, takes pictures."""

    def __init__(self, browser: Browser, site: str, mail: str, folder: Path) -> None:
        self.browser, self.site, self.mail, self.folder = browser, site, mail, folder

    @contextmanager
    def page(self, size: dict[str, int], scheme: str, language: str) -> Iterator[Page]:
        """A browser of its own for one picture."""
        context = self.browser.new_context(
            viewport=size,
            color_scheme=scheme,
            locale=language,
            device_scale_factor=2,  # type: ignore[arg-type]
        )
        try:
            yield context.new_page()
        finally:
            context.close()

    def sign_in(self, page: Page, number: int, then: str) -> None:
        """As one of the demo's staff."""
        page.goto(f"{self.site}/sign-in/?next={then}")
        page.fill("input[name=username]", LOGINS[number].email)
        page.fill("input[name=password]", LOGINS[number].password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"**{then}*")

    def take(self, page: Page, name: str) -> None:
        """The picture, once nothing loads or moves any more."""
        page.wait_for_load_state("networkidle")
        page.screenshot(path=self.folder / f"{name}.png", animations="disabled")
        print(self.folder / f"{name}.png")  # noqa: T201  (what a script is for)


def desk(camera: Camera, page: Page, *, agent: int, about: str) -> None:
    """A ticket beside its queue: the oldest on the first page that is about something worth seeing."""
    camera.sign_in(page, agent, "/desk/queues/all/")
    rows = page.locator("a[href*='/desk/tickets/']:not([href*='/new/'])")
    telling = rows.filter(has_text=re.compile(about))
    (telling if telling.count() else rows).last.click()
    page.wait_for_load_state("networkidle")


def portal(camera: Camera, page: Page) -> None:
    """Where a customer asks."""
    page.goto(f"{camera.site}/portal/")


def administration(camera: Camera, page: Page) -> None:
    """A mailbox with its test buttons."""
    camera.sign_in(page, 0, "/admin/tickets/mailbox/")
    page.locator("#result_list a").first.click()


def inbox(camera: Camera, page: Page) -> None:
    """A customer's mailbox on the demo mail server."""
    page.goto(f"{camera.mail}/mailboxes/{CUSTOMERS[0][4]}/")


PICTURES: dict[str, tuple[Callable[[Camera, Page], None], dict[str, int], str, str]] = {
    "desk-light": (lambda camera, page: desk(camera, page, agent=3, about=ENGLISH), WIDE, "light", "en-GB"),
    "desk-dark": (lambda camera, page: desk(camera, page, agent=4, about=GERMAN), WIDE, "dark", "de-DE"),
    "desk-phone": (lambda camera, page: desk(camera, page, agent=3, about=ENGLISH), NARROW, "light", "en-GB"),
    "portal": (portal, WIDE, "light", "en-GB"),
    "portal-phone": (portal, NARROW, "light", "de-DE"),
    "administration": (administration, WIDE, "light", "en-GB"),
    "demo-mail": (inbox, WIDE, "light", "en-GB"),
}


def main() -> None:
    """All of them, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://localhost:8000")
    parser.add_argument("--mail", default="http://localhost:8025")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        camera = Camera(browser, options.site, options.mail, options.to)
        for name in options.names or PICTURES:
            stage, size, scheme, language = PICTURES[name]
            with camera.page(size, scheme, language) as page:
                stage(camera, page)
                camera.take(page, name)
        browser.close()


if __name__ == "__main__":
    main()
